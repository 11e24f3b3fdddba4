# Reference values for ecosurvey.factors: psych 2.2.9, GPArotation 2022.10-2, R 4.2.2.
# Run in this folder: Rscript make.R
#
# psych::fa stops its optimiser early and offers no control over it, so the extractions are
# also computed here with the same objectives and optim(factr = 1): "tight". GPArotation is
# run with eps = 1e-8 for the same reason. What psych itself prints is kept beside it.
suppressMessages({library(psych); library(GPArotation); library(jsonlite)})

bfi <- read.csv("bfi.csv"); holzinger <- read.csv("holzinger.csv")
m <- function(x) unname(as.matrix(unclass(x)))

uls <- function(psi, R, k) {
  e <- eigen(R - diag(psi), symmetric = TRUE)$values
  sum(e[-(1:k)]^2) / 2
}
uls_gr <- function(psi, R, k) {
  e <- eigen(R - diag(psi), symmetric = TRUE)
  -drop(e$vectors[, -(1:k)]^2 %*% e$values[-(1:k)])
}
tight <- function(R, k, method) {
  p <- ncol(R)
  if (method == "ml") {
    f <- factanal(covmat = R, factors = k, rotation = "none",
                  control = list(opt = list(factr = 1, maxit = 10000, pgtol = 0), lower = 0.005))
    psi <- f$uniquenesses
    for (i in 1:3) psi <- optim(psi, ml, ml_gr, method = "L-BFGS-B", lower = .005, upper = 1,
      R = R, k = k, control = list(factr = 1, pgtol = 1e-12, maxit = 10000))$par
    s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)
    L <- (e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(e$values[1:k] - 1), k)) / s
  } else {
    psi <- 1 - smc(R)
    for (i in 1:3) psi <- optim(psi, uls, uls_gr, method = "L-BFGS-B", lower = .005, upper = 1,
      R = R, k = k, control = list(factr = 1, pgtol = 1e-12, maxit = 10000))$par
    e <- eigen(R - diag(psi), symmetric = TRUE)
    L <- e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(e$values[1:k]), k)
  }
  s <- sign(colSums(L)); L %*% diag(s, k)
}
ml <- function(psi, R, k) {
  s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)$values[-(1:k)]
  sum(e - log(e) - 1)
}
ml_gr <- function(psi, R, k) {
  s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)
  drop(e$vectors[, -(1:k)]^2 %*% (1 - e$values[-(1:k)])) / psi
}

adequacy <- function(x) {
  k <- KMO(x); R <- cor(x, use = "pairwise"); b <- cortest.bartlett(R, n = nrow(x))
  list(n = nrow(x), kmo = k$MSA, kmo_items = unname(k$MSAi), chisq = b$chisq, df = b$df,
       determinant = det(R), eigenvalues = eigen(R)$values)
}
rotations <- function(L) {
  o <- function(r) list(loadings = m(r$loadings), phi = if (is.null(r$Phi)) NULL else m(r$Phi))
  eps <- 1e-8; it <- 5000
  h <- sqrt(rowSums(L^2))
  pm <- stats::promax(varimax(L / h, normalize = FALSE, eps = 1e-15)$loadings, m = 4)
  list(
    varimax = o(list(loadings = varimax(L, normalize = TRUE, eps = 1e-14)$loadings)),
    quartimax = o(quartimax(L, eps = eps, maxit = it)),
    equamax = o(list(loadings = cfT(L, kappa = ncol(L) / (2 * nrow(L)), eps = eps, maxit = it)$loadings)),
    oblimin = o(oblimin(L, eps = eps, maxit = it)),
    quartimin = o(quartimin(L, eps = eps, maxit = it)),
    geomin = o(geominQ(L, eps = eps, maxit = it)),
    geomin_orthogonal = o(geominT(L, eps = eps, maxit = it)),
    bifactor = o(bifactorT(L, eps = eps, maxit = it)),
    # psych's Promax with Kaiser normalisation, from a varimax solution that has converged
    promax = list(loadings = m(pm$loadings) * h, phi = m(solve(t(pm$rotmat) %*% pm$rotmat))))
}
solution <- function(x, k) {
  R <- cor(x, use = "pairwise")
  psych_fit <- function(fm, rotate) {
    f <- suppressWarnings(fa(x, k, fm = fm, rotate = rotate, min.err = 1e-9, max.iter = 5000))
    list(loadings = m(f$loadings), phi = if (is.null(f$Phi)) NULL else m(f$Phi),
         h2 = unname(f$communality), complexity = unname(f$complexity),
         vaccounted = m(f$Vaccounted), structure = m(f$Structure),
         chisq = f$STATISTIC, df = f$dof, rmsr = f$rms, rmsr_corrected = f$crms,
         tli = f$TLI, rmsea = unname(f$RMSEA), bic = f$BIC,
         null_chisq = f$null.chisq, objective = f$objective, fit_off = f$fit.off)
  }
  out <- list(k = k,
    psych = list(minres_oblimin = psych_fit("minres", "oblimin"),
                 ml_oblimin = psych_fit("ml", "oblimin"),
                 pa_none = psych_fit("pa", "none"), minres_varimax = psych_fit("minres", "varimax")),
    tight = list())
  for (method in c("minres", "ml")) {
    L <- tight(R, k, method)
    out$tight[[method]] <- list(unrotated = m(L), rotated = rotations(L),
      stats = { f <- factor.stats(R, L, n.obs = nrow(x), alpha = .1)
        list(chisq = f$STATISTIC, df = f$dof, rmsr = f$rms, rmsr_corrected = f$crms, tli = f$TLI,
             rmsea = unname(f$RMSEA[1:3]), bic = f$BIC, null_chisq = f$null.chisq,
             objective = f$objective, fit_off = f$fit.off) })
  }
  out
}
parallel <- function(x) {   # the eigenvalues exactly; psych's random quantiles to simulation error
  set.seed(1)
  p <- suppressMessages(suppressWarnings(fa.parallel(x, fm = "minres", n.iter = 200, plot = FALSE,
    sim = TRUE, quant = .95, SMC = TRUE)))
  v <- p$values; q <- apply(v, 2, quantile, .95)
  list(mean = colMeans(v), q95 = unname(q), names = colnames(v), ncomp = p$ncomp, nfact = p$nfact,
       fa_eigenvalues = p$fa.values, pc_sim = p$pc.sim, fa_sim = p$fa.sim)
}
bfi_map <- vss(bfi, n = 10, plot = FALSE, fm = "minres", rotate = "none")$map
hs_map <- vss(holzinger, n = 8, plot = FALSE, fm = "minres", rotate = "none")$map

R <- cor(holzinger); L <- tight(R, 3, "minres")
target <- matrix(NA, 9, 3); target[4:9, 1] <- 0; target[c(1:3, 7:9), 2] <- 0; target[1:6, 3] <- 0
tq <- targetQ(L, Target = target, eps = 1e-10, maxit = 20000)
hs_fa <- tight(R, 3, "minres"); hs_sl <- schmid(R, 3, fm = "minres")

write_json(list(
  bfi = list(adequacy = adequacy(bfi), map = bfi_map, parallel = parallel(bfi), efa = solution(bfi, 5)),
  holzinger = list(adequacy = adequacy(holzinger), map = hs_map, parallel = parallel(holzinger),
                   efa = solution(holzinger, 3)),
  target = list(loadings = m(tq$loadings), phi = m(tq$Phi)),
  congruence = m(fa.congruence(varimax(hs_fa)$loadings, oblimin(hs_fa)$loadings, digits = 12)),
  congruence_input = list(m(varimax(hs_fa)$loadings), m(oblimin(hs_fa)$loadings)),
  schmid = list(sl = m(hs_sl$sl), gloading = m(hs_sl$gloading))
), "expected.json", digits = NA, auto_unbox = TRUE, na = "null", null = "null", pretty = FALSE)
