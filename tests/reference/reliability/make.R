# Reference values for ecosurvey.reliability: psych 2.2.9, semTools 0.5-6, lavaan 0.6-14.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(lavaan); library(semTools); library(jsonlite)})
bfi <- read.csv("../factors/bfi.csv"); holzinger <- read.csv("../factors/holzinger.csv")
for (i in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[i]] <- 7 - bfi[[i]]
m <- function(x) unname(as.matrix(unclass(x)))

one <- function(x) {
  a <- suppressWarnings(psych::alpha(x, warnings = FALSE)); t <- a$total
  list(raw = t$raw_alpha, standardized = t$std.alpha, lambda6 = t$`G6(smc)`, average_r = t$average_r,
       median_r = t$median_r, ase = t$ase, feldt = c(a$feldt$lower.ci$raw_alpha, a$feldt$upper.ci$raw_alpha),
       r_drop = a$item.stats$r.drop, std_r = a$item.stats$std.r, r_cor = a$item.stats$r.cor,
       mean = a$item.stats$mean, sd = a$item.stats$sd,
       alpha_drop = a$alpha.drop$raw_alpha, std_drop = a$alpha.drop$std.alpha)
}
one_factor <- function(x) {   # omega by the delta method, and what semTools makes of the same fit
  v <- names(x); p <- length(v)
  model <- paste0("f =~ ", paste0("l", 1:p, "*", v, collapse = " + "), "\n",
    paste0(v, " ~~ t", 1:p, "*", v, collapse = "\n"), "\n",
    "omega := (", paste0("l", 1:p, collapse = "+"), ")^2/((", paste0("l", 1:p, collapse = "+"), ")^2+",
    paste0("t", 1:p, collapse = "+"), ")")
  fit <- cfa(model, x, std.lv = TRUE, control = list(rel.tol = 1e-10))
  pe <- parameterEstimates(fit); w <- pe[pe$op == ":=", ]
  list(omega = w$est, se = w$se, loadings = subset(standardizedSolution(fit), op == "=~")$est.std,
       comp_rel = unname(unclass(compRelSEM(fit, obs.var = TRUE))), comp_rel_model = unname(unclass(compRelSEM(fit, obs.var = FALSE))), ave = unname(unclass(AVE(fit))),
       maximal = unname(unclass(maximalRelia(fit))), n = nobs(fit))
}
scales <- list(A = paste0("A", 1:5), C = paste0("C", 1:5), E = paste0("E", 1:5),
               N = paste0("N", 1:5), O = paste0("O", 1:5))
hs <- list(visual = c("x1", "x2", "x3"), textual = c("x4", "x5", "x6"), speed = c("x7", "x8", "x9"))
hs_model <- paste(sapply(names(hs), function(s) paste(s, "=~", paste(hs[[s]], collapse = "+"))), collapse = "\n")
bfi_model <- paste(sapply(names(scales), function(s) paste(s, "=~", paste(scales[[s]], collapse = "+"))), collapse = "\n")
complete <- na.omit(bfi)

halves <- function(x) {
  s <- splitHalf(x, check.keys = FALSE); g <- suppressWarnings(suppressMessages(guttman(x)))
  list(best = s$maxrb, worst = s$minrb, mean = s$meanr, lambda = c(g$lambda.1, g$lambda.2, g$lambda.3,
       g$lambda.4, g$lambda.5, g$lambda.6))
}
hier <- function(x, k) {
  o <- suppressMessages(suppressWarnings(psych::omega(x, nfactors = k, plot = FALSE, flip = FALSE)))
  list(omega_h = o$omega_h, omega_t = o$omega.tot, lim = o$omega.lim, alpha = o$alpha,
       g = unname(o$schmid$sl[, "g"]), h2 = unname(o$schmid$sl[, "h2"]), ecv = o$ECV)
}
htmt_of <- function(model, x, two) { h <- semTools::htmt(model, x, htmt2 = two); h <- m(h); h[lower.tri(h)] }

fit <- cfa(hs_model, holzinger, std.lv = TRUE, control = list(rel.tol = 1e-10))
std <- standardizedSolution(fit)
vif <- function(x) diag(solve(cor(x)))
means <- sapply(hs, function(v) rowMeans(holzinger[v]))

critical <- function(x) {
  s <- rowMeans(x); q <- quantile(s, c(.27, .73))
  sapply(x, function(v) { t <- t.test(v[s >= q[2]], v[s <= q[1]])
    c(t$statistic, t$parameter, t$p.value) })
}

write_json(list(
  alpha = c(lapply(scales, function(v) one(bfi[v])), lapply(hs, function(v) one(holzinger[v])),
            list(two = one(holzinger[c("x1", "x3")]))),
  omega = c(lapply(scales, function(v) one_factor(complete[v])), lapply(hs[2:3], function(v) one_factor(holzinger[v]))),
  # splitHalf tries only half of the splits of an odd number of items: hence even ones
  split = list(holzinger = halves(holzinger[1:8]), bfi = halves(complete[1:10])),
  hierarchical = list(holzinger = hier(holzinger, 3), bfi = hier(complete, 5)),
  htmt = list(holzinger = htmt_of(hs_model, holzinger, FALSE), bfi = htmt_of(bfi_model, complete, FALSE)),
  htmt2 = list(holzinger = htmt_of(hs_model, holzinger, TRUE), bfi = htmt_of(bfi_model, complete, TRUE)),
  validity = list(loadings = subset(std, op == "=~")$est.std, se = subset(std, op == "=~")$se,
    latent = m(lavInspect(fit, "cor.lv")),
    latent_ci = subset(std, op == "~~" & lhs != rhs)[, c("est.std", "ci.lower", "ci.upper")]),
  vif = unname(vif(means)),
  critical = list(visual = m(critical(holzinger[hs$visual])), textual = m(critical(holzinger[hs$textual])))
), "expected.json", digits = NA, auto_unbox = TRUE, na = "null", null = "null")
