# Every extraction x rotation x correlation: psych 2.2.9, GPArotation 2022.10-2, R 4.2.2.
# Run in this folder: Rscript make.R (some minutes)
#
# "psych" is what psych::fa prints (6 digits). It stops its optimiser at changes of about 1e-5, rotates
# to a gradient of 1e-5, and from one start only. "tight" has the same criteria taken to the end: optim at
# factr = 1, GPArotation at eps = 1e-8, the best of 16 starts. "criterion" holds the value of the
# rotation's criterion of both (psych's may have ended in a local minimum).
suppressMessages({library(psych); library(GPArotation); library(jsonlite)})
set.seed(1)
bfi <- read.csv("../factors/bfi.csv"); holzinger <- read.csv("../factors/holzinger.csv")
graded <- as.data.frame(lapply(holzinger, function(x) cut(x, quantile(x, c(0, .15, .4, .75, 1)), labels = FALSE, include.lowest = TRUE)))
m <- function(x, digits = 8) round(unname(as.matrix(unclass(x))), digits)

uls <- function(psi, R, k) { e <- eigen(R - diag(psi), symmetric = TRUE)$values; sum(e[-(1:k)]^2) / 2 }
uls_gr <- function(psi, R, k) {
  e <- eigen(R - diag(psi), symmetric = TRUE); -drop(e$vectors[, -(1:k)]^2 %*% e$values[-(1:k)])
}
ml <- function(psi, R, k) {
  s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)$values[-(1:k)]; sum(e - log(e) - 1)
}
ml_gr <- function(psi, R, k) {
  s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)
  drop(e$vectors[, -(1:k)]^2 %*% (1 - e$values[-(1:k)])) / psi
}
tight <- function(R, k, method) {
  if (method == "pa")   # psych's own principal axes end where they are told to
    return(unclass(fa(R, k, fm = "pa", rotate = "none", min.err = 1e-11, max.iter = 50000)$loadings))
  f <- list(minres = uls, ml = ml)[[method]]; g <- list(minres = uls_gr, ml = ml_gr)[[method]]
  psi <- 1 - smc(R)
  for (i in 1:4) psi <- optim(psi, f, g, method = "L-BFGS-B", lower = .005, upper = 1,
    R = R, k = k, control = list(factr = 1, pgtol = 1e-12, maxit = 10000))$par
  if (method == "ml") {
    s <- 1 / sqrt(psi); e <- eigen(s * t(s * R), symmetric = TRUE)
    return((e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(e$values[1:k] - 1), k)) / s)
  }
  e <- eigen(R - diag(psi), symmetric = TRUE); e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(e$values[1:k]), k)
}
# name -> psych's name, the criterion in GPArotation, oblique, its arguments
orthogonal <- function(L, criterion, args = NULL, eps, start)
  suppressWarnings(GPForth(L, Tmat = start, eps = eps, maxit = 5000, method = criterion, methodArgs = args))
oblique <- function(L, criterion, args = NULL, eps, start)
  suppressWarnings(GPFoblq(L, Tmat = start, eps = eps, maxit = 5000, method = criterion, methodArgs = args))
rules <- function(p, k, Target) list(
  quartimax = list("quartimax", orthogonal, "quartimax", NULL),
  equamax = list("equamax", orthogonal, "cf", list(kappa = k / (2 * p))),
  geomin_orthogonal = list("geominT", orthogonal, "geomin", list(delta = .01)),
  bifactor = list("bifactor", orthogonal, "bifactor", NULL),
  oblimin = list("oblimin", oblique, "oblimin", list(gam = 0)),
  quartimin = list("quartimin", oblique, "quartimin", NULL),
  geomin = list("geominQ", oblique, "geomin", list(delta = .01)),
  bifactor_oblique = list("biquartimin", oblique, "bifactor", NULL),
  target = list("TargetQ", oblique, "target", list(Target = Target)))
value <- function(L, rule) do.call(getFromNamespace(paste0("vgQ.", rule[[3]]), "GPArotation"), c(list(L), rule[[4]]))$f
best <- function(L, rule) {
  k <- ncol(L)
  found <- lapply(c(list(diag(k)), lapply(1:15, function(i) Random.Start(k))), function(start)
    rule[[2]](L, rule[[3]], rule[[4]], 1e-4, start))
  values <- sapply(found, function(r) value(r$loadings, rule))
  rule[[2]](L, rule[[3]], rule[[4]], 1e-8, found[[which.min(values)]]$Th)
}
cells <- function(r, ...) list(loadings = m(r$loadings, ...), phi = if (is.null(r$Phi)) NULL else m(r$Phi, ...))
solutions <- function(R, k, fm, Target) {
  L <- tight(R, k, fm); p <- nrow(R); all <- rules(p, k, Target)
  by_psych <- function(name, ...) suppressWarnings(suppressMessages(
    fa(R, k, fm = fm, rotate = name, min.err = 1e-9, max.iter = 5000, ...)))
  out <- lapply(names(all), function(name) {
    rule <- all[[name]]; b <- best(L, rule)
    # psych hands a target on as a list of arguments
    extra <- if (name == "target") list(Target = list(Target)) else NULL
    f <- do.call(by_psych, c(list(rule[[1]]), extra))
    # psych puts its factors in order of size; a target's and a bifactor's columns have their places
    Lp <- unclass(f$loadings)
    orders <- if (k == 5) as.matrix(expand.grid(rep(list(1:5), 5))) else as.matrix(expand.grid(rep(list(1:3), 3)))
    orders <- orders[apply(orders, 1, function(o) !anyDuplicated(o)), ]
    v <- min(apply(orders, 1, function(o) value(Lp[, o], rule)))
    list(tight = cells(b), psych = cells(f, 6), criterion = c(value(b$loadings, rule), v))
  })
  names(out) <- names(all)
  h <- sqrt(rowSums(L^2)); vm <- varimax(L, normalize = TRUE, eps = 1e-15)
  out$varimax <- list(tight = list(loadings = m(vm$loadings)), psych = cells(by_psych("varimax"), 6))
  pm <- stats::promax(varimax(L / h, normalize = FALSE, eps = 1e-15)$loadings, m = 4)
  out$promax <- list(tight = list(loadings = m(unclass(pm$loadings) * h), phi = m(solve(t(pm$rotmat) %*% pm$rotmat))),
                     psych = cells(by_psych("promax"), 6))
  f <- by_psych("none"); out$none <- list(tight = list(loadings = m(L)), psych = cells(f, 6))
  sl <- suppressWarnings(suppressMessages(schmid(R, k, fm = fm)))
  ob <- best(L, all$oblimin); g <- drop(tight(ob$Phi, 1, fm)[, 1])
  out$schmid <- list(general = round(drop(ob$loadings %*% g) * sign(sum(g)), 8),
                     psych = m(sl$sl[, 1:(k + 1)], 6))
  out
}
matrices <- list(
  bfi_pearson = list(cor(bfi, use = "pairwise"), 5, nrow(bfi)),
  bfi_spearman = list(cor(bfi, use = "pairwise", method = "spearman"), 5, nrow(bfi)),
  bfi_polychoric = list(polychoric(bfi, correct = 0)$rho, 5, nrow(bfi)),
  holzinger_pearson = list(cor(holzinger), 3, nrow(holzinger)),
  holzinger_spearman = list(cor(holzinger, method = "spearman"), 3, nrow(holzinger)),
  graded_polychoric = list(polychoric(graded, correct = 0)$rho, 3, nrow(graded)))
own <- function(p, k) { T <- matrix(0, p, k); T[cbind(1:p, rep(1:k, each = p / k))] <- NA; T }
out <- lapply(matrices, function(part) {
  R <- part[[1]]; k <- part[[2]]
  fits <- lapply(c(minres = "minres", ml = "ml", pa = "pa"), function(fm) solutions(R, k, fm, own(ncol(R), k)))
  list(matrix = round(R[lower.tri(R)], 9), k = k, n = part[[3]], extraction = fits)
})
out$graded <- list(rows = as.matrix(unname(graded)))
write_json(out, "expected.json", digits = 9, auto_unbox = TRUE, na = "null", null = "null")
