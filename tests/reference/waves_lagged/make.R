# Reference values for cross-lagged panel models, with and without random intercepts.
# Run: Rscript make.R   (lavaan 0.6-14). panel.csv is drawn here, so that both sides read the same rows.
# The models are written as in the literature (Hamaker, Kuiper & Grasman 2015; Mulder & Hamaker 2021), not as
# ecosurvey writes them.
suppressMessages({library(lavaan); library(jsonlite); library(MASS)})
set.seed(11)
n <- 450; waves <- 3; loads <- c(.9, .8, .7)
stable <- mvrnorm(n, c(0, 0), matrix(c(.5, .2, .2, .4), 2))
lag <- matrix(c(.4, .25, .05, .3), 2)  # columns: from x, from y
within <- list(mvrnorm(n, c(0, 0), matrix(c(.7, .25, .25, .6), 2)))
for (w in 2:waves) within[[w]] <- within[[w - 1]] %*% t(lag) + mvrnorm(n, c(.1, .05), matrix(c(.5, .1, .1, .5), 2))
data <- data.frame(id = sprintf("p%03d", 1:n))
for (v in 1:2) {
  name <- c("x", "y")[v]
  unique_ <- lapply(1:3, function(j) mvrnorm(n, rep(0, waves), .35 * (diag(waves) * .7 + .3)))
  for (w in 1:waves) for (j in 1:3)
    data[[paste0(name, j, "_", w)]] <- round(3 + loads[j] * (stable[, v] + within[[w]][, v]) + unique_[[j]][, w], 3)
}
gone2 <- runif(n) < plogis(-1.6 - .5 * stable[, 1]); gone3 <- gone2 | runif(n) < .15
data[gone2, grep("_2$", names(data))] <- NA
data[gone3, grep("_3$", names(data))] <- NA
for (k in sample(which(!gone3), 25)) data[k, paste0("y2_", sample(3, 1))] <- NA
for (name in c("x", "y")) for (w in 1:waves)
  data[[paste0(name, w)]] <- rowMeans(data[paste0(name, 1:3, "_", w)])
write.csv(data, "panel.csv", row.names = FALSE, na = "")
whole <- na.omit(data)

# errors of the scores, known beforehand: variances, and covariances with the same score in other waves
error <- c(x = .05, y = .06); carried <- c(x = .015, y = .02)
pairs <- combn(waves, 2, simplify = FALSE)
clpm <- function(lab = FALSE) paste(c(
  sapply(2:waves, function(w) c(paste0("x", w, " ~ ", if (lab) "a*", "x", w - 1, " + ", if (lab) "b*", "y", w - 1),
                                paste0("y", w, " ~ ", if (lab) "c*", "x", w - 1, " + ", if (lab) "d*", "y", w - 1))),
  sapply(1:waves, function(w) paste0("x", w, " ~~ y", w))), collapse = "\n")
# single-indicator factors with known error
clpm_error <- paste(c(
  sapply(1:waves, function(w) c(paste0("fx", w, " =~ 1*x", w), paste0("x", w, " ~~ ", error["x"], "*x", w),
                                paste0("fy", w, " =~ 1*y", w), paste0("y", w, " ~~ ", error["y"], "*y", w))),
  sapply(pairs, function(p) c(paste0("x", p[1], " ~~ ", carried["x"], "*x", p[2]), paste0("y", p[1], " ~~ ", carried["y"], "*y", p[2]))),
  gsub("([xy][0-9])", "f\\1", clpm())), collapse = "\n")
ri <- function(known, factors = FALSE) {
  of <- function(v, w) if (factors) paste0("f", v, w) else paste0(v, w)
  lines <- c()
  for (v in c("x", "y")) {
    lines <- c(lines, paste0("RI", v, " =~ ", paste0("1*", of(v, 1:waves), collapse = " + ")))
    for (w in 1:waves) lines <- c(lines, paste0("w", v, w, " =~ 1*", of(v, w)),
      paste0(of(v, w), " ~~ ", if (known) error[v] else 0, "*", of(v, w)))
    if (known) for (p in pairs) lines <- c(lines, paste0(v, p[1], " ~~ ", carried[v], "*", v, p[2]))
  }
  for (w in 2:waves) lines <- c(lines, paste0("wx", w, " + wy", w, " ~ wx", w - 1, " + wy", w - 1))
  lines <- c(lines, paste0("wx", 1:waves, " ~~ wy", 1:waves), "RIx ~~ RIx", "RIy ~~ RIy", "RIx ~~ RIy",
    "wx1 ~~ wx1", "wy1 ~~ wy1", paste0("wx", 2:waves, " ~~ wx", 2:waves), paste0("wy", 2:waves, " ~~ wy", 2:waves))
  paste(lines, collapse = "\n")
}
items <- paste(c(
  sapply(1:waves, function(w) c(paste0("fx", w, " =~ 1*x1_", w, " + lx2*x2_", w, " + lx3*x3_", w),
                                paste0("fy", w, " =~ 1*y1_", w, " + ly2*y2_", w, " + ly3*y3_", w))),
  sapply(pairs, function(p) paste0(c("x", "x", "x", "y", "y", "y"), c(1:3, 1:3), "_", p[1], " ~~ ",
                                   c("x", "x", "x", "y", "y", "y"), c(1:3, 1:3), "_", p[2]))), collapse = "\n")
item_resid <- paste(outer(paste0(rep(c("x", "y"), each = 3), 1:3), 1:waves, function(i, w) paste0(i, "_", w, " ~~ ", i, "_", w)), collapse = "\n")
latent_clpm <- paste(items, gsub("([xy][0-9])", "f\\1", clpm()), sep = "\n")
latent_ri <- paste(items, ri(FALSE, TRUE), item_resid, sep = "\n")
wanted <- c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq.scaled", "cfi.robust", "rmsea.robust", "bic")
# lavaan's own optimizer stops early: a second one goes on from where it stopped
run <- function(fitter, text, d, ...) {
  start <- fitter(text, data = d, meanstructure = TRUE, int.ov.free = TRUE, fixed.x = FALSE, ...)
  fit <- suppressWarnings(fitter(text, data = d, meanstructure = TRUE, int.ov.free = TRUE, fixed.x = FALSE, start = start,
    optim.method = "BFGS", control = list(reltol = 1e-16, maxit = 10000), ...))
  p <- parameterEstimates(fit); s <- standardizedSolution(fit)
  rows <- p$op %in% c("~", "~~") & (p$op == "~" | grepl("^RI", p$lhs))
  keep <- cbind(p[rows, c("lhs", "op", "rhs", "est", "se")], s[rows, c("est.std", "ci.lower", "ci.upper")])
  names(keep)[6:8] <- c("std", "std_lower", "std_upper")
  m <- fitMeasures(fit); stopifnot(lavInspect(fit, "converged"))
  list(measures = as.list(m[intersect(wanted, names(m))]), rows = keep, n = nobs(fit))
}
mlr <- list(estimator = "MLR", missing = "ml"); ml <- list(estimator = "ML")
go <- function(fitter, text, d, how) do.call(run, c(list(fitter, text, d), how))
out <- list(
  clpm = go(sem, clpm(), whole, ml), clpm_gaps = go(sem, clpm(), data, mlr),
  clpm_equal = go(sem, clpm(TRUE), whole, ml),
  clpm_error = go(sem, clpm_error, data, mlr),
  ri = go(lavaan, ri(FALSE), whole, ml), ri_gaps = go(lavaan, ri(FALSE), data, mlr),
  ri_error = go(lavaan, ri(TRUE), data, mlr),
  latent_clpm = go(sem, latent_clpm, data, mlr),
  latent_ri = go(lavaan, latent_ri, whole, ml))
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, dataframe = "columns"), "expected.json")
for (k in names(out)) { cat(k, out[[k]]$n, "\n"); print(out[[k]]$measures[c("chisq", "df")]); print(out[[k]]$rows) }
