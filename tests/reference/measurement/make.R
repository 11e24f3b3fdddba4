# Reference values for ordinal and second-order reliability, agreement, normality and method
# factors: psych 2.2.9, semTools 0.5-6, lavaan 0.6-14, R 4.2.2.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(lavaan); library(semTools); library(jsonlite)})
bfi <- read.csv("../factors/bfi.csv"); holzinger <- read.csv("../factors/holzinger.csv")
for (i in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[i]] <- 7 - bfi[[i]]
complete <- na.omit(bfi)
scales <- list(A = paste0("A", 1:5), C = paste0("C", 1:5), E = paste0("E", 1:5),
               N = paste0("N", 1:5), O = paste0("O", 1:5))
tight <- list(rel.tol = 1e-10)
m <- function(x) unname(as.matrix(unclass(x)))

ordinal <- function(v) {
  model <- paste("f =~", paste(v, collapse = " + "))
  fit <- cfa(model, complete[v], ordered = v, std.lv = TRUE, control = tight)
  std <- standardizedSolution(fit); R <- lavInspect(fit, "sampstat")$cov
  class(R) <- "matrix"; k <- length(v)
  list(loadings = subset(std, op == "=~")$est.std, polychoric = m(R),
       alpha_ordinal = k / (k - 1) * (1 - k / sum(R)),
       green_yang_implied = unname(unclass(compRelSEM(fit, obs.var = FALSE, ord.scale = TRUE))),
       green_yang_observed = unname(unclass(compRelSEM(fit, obs.var = TRUE, ord.scale = TRUE))),
       omega_latent_implied = unname(unclass(compRelSEM(fit, obs.var = FALSE, ord.scale = FALSE))),
       omega_latent_observed = unname(unclass(compRelSEM(fit, obs.var = TRUE, ord.scale = FALSE))),
       ave = unname(unclass(AVE(fit))))
}

second_model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\ng =~ visual + textual + speed"
second <- cfa(second_model, holzinger, control = list(rel.tol = 1e-10))
level2 <- suppressWarnings(suppressMessages(reliabilityL2(second, "g")))

second_ordinal_model <- "A =~ A2+A3+A5\nC =~ C1+C2+C3\nE =~ E3+E4+E5\ng =~ A+C+E"
second_ordinal <- suppressWarnings(cfa(second_ordinal_model, complete, control = list(rel.tol = 1e-10),
  ordered = c("A2", "A3", "A5", "C1", "C2", "C3", "E3", "E4", "E5")))
level2_ordinal <- suppressWarnings(suppressMessages(reliabilityL2(second_ordinal, "g")))

shrout <- matrix(c(9,2,5,8, 6,1,3,2, 8,4,6,8, 7,1,2,6, 10,5,6,9, 6,2,4,7), ncol = 4, byrow = TRUE)
icc <- function(x) { r <- psych::ICC(x, lmer = FALSE)$results
  list(type = as.character(r$type), icc = r$ICC, f = r$F, df1 = r$df1, df2 = r$df2, p = r$p,
       lower = r[["lower bound"]], upper = r[["upper bound"]]) }

mard <- function(x) { a <- psych::mardia(x, plot = FALSE)
  list(b1p = a$b1p, b2p = a$b2p, skew = a$skew, small_skew = a$small.skew, p_skew = a$p.skew,
       p_small = a$p.small, kurtosis = a$kurtosis, p_kurtosis = a$p.kurt) }
hz <- function(x) {   # Henze and Zirkler (1990), written out by its definition
  x <- as.matrix(x); n <- nrow(x); p <- ncol(x)
  S <- cov(x) * (n - 1) / n; b <- ((2 * p + 1) * n / 4)^(1 / (p + 4)) / sqrt(2)
  D <- as.matrix(dist(x %*% solve(chol(S))))^2; d <- mahalanobis(x, colMeans(x), S)
  n * (sum(exp(-b^2 / 2 * D)) / n^2 -
    2 * (1 + b^2)^(-p / 2) * mean(exp(-b^2 / (2 * (1 + b^2)) * d)) + (1 + 2 * b^2)^(-p / 2))
}

answers <- complete[c("A2", "A3", "A5", "C1", "C2", "C3", "E3", "E4", "E5", "O1", "O3", "O4")]
items <- names(answers)[1:9]; marks <- names(answers)[10:12]
common <- "A =~ NA*A2 + A3 + A5\nC =~ NA*C1 + C2 + C3\nE =~ NA*E3 + E4 + E5
A ~~ 1*A\nC ~~ 1*C\nE ~~ 1*E\nA ~~ C + E\nC ~~ E"
# equal loadings as a free variance, so that there is a solution where the method adds nothing
meth <- paste0("method =~ ", paste0("1*", items, collapse = " + "), "\nmethod ~~ 0*A + 0*C + 0*E")
one <- function(model) { f <- cfa(model, answers, control = list(rel.tol = 1e-10), auto.fix.first = FALSE)
  s <- standardizedSolution(f)
  pe <- parameterEstimates(f)
  list(method_variance = pe[pe$lhs == "method" & pe$rhs == "method", "est"], chisq = unname(fitMeasures(f, "chisq")), df = unname(fitMeasures(f, "df")),
       loadings = s[s$op == "=~", c("lhs", "rhs", "est.std")],
       correlations = s[s$op == "~~" & s$lhs %in% c("A", "C") & s$rhs %in% c("C", "E") & s$lhs != s$rhs, "est.std"]) }
ulmf <- list(plain = one(common), tied = one(paste0(common, "\n", meth)))

# Williams, Hartman & Cavazotte (2010), with openness in the part of the marker
cfa_model <- paste0(common, "\nO =~ NA*O1 + O3 + O4\nO ~~ 1*O\nO ~~ A + C + E")
f0 <- cfa(cfa_model, answers, control = list(rel.tol = 1e-10), auto.fix.first = FALSE)
pe <- parameterEstimates(f0)
l <- pe[pe$op == "=~" & pe$lhs == "O", "est"]; t <- pe[pe$op == "~~" & pe$lhs == pe$rhs & pe$lhs %in% marks, "est"]
fixed <- paste0("\nO =~ ", paste0(sprintf("%.15f", l), "*", marks, collapse = " + "), "\nO ~~ 1*O\n",
  paste0(marks, " ~~ ", sprintf("%.15f", t), "*", marks, collapse = "\n"), "\nO ~~ 0*A + 0*C + 0*E")
on <- function(label, substantive = common) {   # the marker's factor on the substantive items too
  # NA: cfa() would fix the first loading at 1, whatever is said of auto.fix.first
  f <- sub("O =~ ", paste0("O =~ NA*", items[1], " + ", paste0(label, items, collapse = " + "), " + "), fixed)
  one(paste0(substantive, f))
}
r0 <- one(paste0(common, fixed))$correlations   # Method-R holds those of the baseline
held <- sub("A ~~ C \\+ E\nC ~~ E", sprintf("A ~~ %.15f*C + %.15f*E\nC ~~ %.15f*E", r0[1], r0[2], r0[3]), common)
marker <- list(cfa = one(cfa_model), baseline = one(paste0(common, fixed)), method_c = on("same*"),
  method_u = on(""), method_r = on("", held))

# of lavaan: psych looks for each polychoric correlation with a tolerance of 1e-4
pr <- lavCor(complete[1:10], ordered = names(complete)[1:10]); class(pr) <- "matrix"
# random eigenvalues of polychoric and Spearman matrices of independently drawn answers
set.seed(7); ten <- complete[1:10]
drawn <- lapply(1:40, function(i) as.data.frame(lapply(ten, sample, replace = TRUE)))
smc_eigen <- function(R) { diag(R) <- smc(R); eigen(R, symmetric = TRUE)$values }
of <- function(f, g) colMeans(t(sapply(drawn, function(d) g(f(d)))))
values <- function(R) eigen(R, symmetric = TRUE)$values
rank_cor <- function(d) cor(d, method = "spearman")
poly_cor <- function(d) suppressWarnings(psych::polychoric(d, correct = 0)$rho)
parallel <- list(polychoric = list(observed = values(pr), pca = of(poly_cor, values), fa = of(poly_cor, smc_eigen)),
  spearman = list(observed = values(rank_cor(ten)), pca = of(rank_cor, values), fa = of(rank_cor, smc_eigen)))

tight_varimax <- function(R) {   # stats::varimax at its default eps is 0.003 away from its criterion
  f <- suppressWarnings(fa(R, 2, n.obs = nrow(complete), rotate = "none", min.err = 1e-9, max.iter = 5000))
  m(varimax(unclass(f$loadings), eps = 1e-14)$loadings)
}

write_json(list(
  ordinal = lapply(scales, ordinal),
  second = as.list(level2), second_ordinal = as.list(level2_ordinal),
  icc = list(shrout = icc(shrout), holzinger = icc(holzinger[1:60, c("x7", "x8", "x9")])),
  mardia = list(holzinger = mard(holzinger), bfi = mard(complete[1:10])),
  hz = list(holzinger = hz(holzinger), bfi = hz(complete[1:500, 1:10])),
  ulmf = ulmf, marker = marker,
  parallel = parallel,
  kmo = list(spearman = KMO(cor(complete[1:10], method = "spearman"))$MSA, polychoric = KMO(pr)$MSA),
  efa_spearman = tight_varimax(rank_cor(ten)),
  efa_polychoric = tight_varimax(pr),
  htmt_polychoric = { h <- semTools::htmt("A =~ A1+A2+A3+A4+A5\nC =~ C1+C2+C3+C4+C5", complete, ordered = c(scales$A, scales$C), htmt2 = FALSE); h[2, 1] }
), "expected.json", digits = NA, auto_unbox = TRUE, na = "null", null = "null")
