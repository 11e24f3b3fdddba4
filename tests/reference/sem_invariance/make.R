# Reference values for measurement invariance. Run: Rscript make.R   (lavaan 0.6-14)
# Data: ../sem_post/hs.csv, ../sem_missing/bfi10.csv, so that both sides read the same rows.
suppressMessages({library(lavaan); library(jsonlite)})
hs <- read.csv("../sem_post/hs.csv"); bfi10 <- read.csv("../sem_missing/bfi10.csv")
hs_cfa <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
bfi_cfa <- "agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
equal <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
              strict = c("loadings", "intercepts", "residuals"), means = c("loadings", "intercepts", "means"))
wanted <- c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq.scaled", "pvalue.scaled", "cfi.robust", "rmsea.robust")
case <- function(model, data, group, partial = "", ...) {
  fits <- lapply(equal, function(e) cfa(model, data = data, group = group, group.equal = e, group.partial = partial, std.lv = TRUE, ...))
  against <- c(metric = "configural", scalar = "metric", strict = "scalar", means = "scalar")
  list(
    measures = lapply(fits, function(f) { m <- fitMeasures(f); as.list(m[intersect(wanted, names(m))]) }),
    differences = lapply(setNames(names(against), names(against)), function(n) {
      t <- lavTestLRT(fits[[against[[n]]]], fits[[n]])
      list(chisq = t[2, "Chisq diff"], df = t[2, "Df diff"], pvalue = t[2, "Pr(>Chisq)"])
    }),
    scalar = parameterEstimates(fits$scalar)[, c("lhs", "op", "rhs", "group", "est", "se")],
    scores = if (data_complete(data, fits$scalar)) {
      s <- lavTestScore(fits$scalar)$uni; pt <- parTable(fits$scalar)
      name <- function(p) { r <- match(p, pt$plabel); paste0(pt$lhs[r], pt$op[r], pt$rhs[r]) }
      data.frame(parameter = name(s$lhs), chisq = s$X2, pvalue = s$p.value)
    })
}
data_complete <- function(data, fit) !anyNA(data[, lavNames(fit)])
out <- list(
  hs = case(hs_cfa, hs, "school"), hs_mlr = case(hs_cfa, hs, "school", estimator = "MLR"),
  hs_partial = case(hs_cfa, hs, "school", partial = c("x3~1", "x7~1")),
  bfi_fiml = case(bfi_cfa, bfi10, "gender", estimator = "MLR", missing = "ml")
)
# dMACS by its definition: the integral over the focal group's factor distribution
fit <- cfa(hs_cfa, data = hs, group = "school", group.equal = c("loadings", "intercepts"), std.lv = TRUE,
           group.partial = c("visual=~x3", "x3~1", "x7~1"))
est <- lavInspect(fit, "est"); g1 <- est[[1]]; g2 <- est[[2]]
dmacs <- sapply(c(x3 = "x3", x7 = "x7", x1 = "x1"), function(item) {
  f <- which(g1$lambda[item, ] != 0)
  gap <- function(eta) (g1$nu[item, 1] - g2$nu[item, 1]) + (g1$lambda[item, f] - g2$lambda[item, f]) * eta
  over <- function(what) integrate(function(eta) what(gap(eta)) * dnorm(eta, g2$alpha[f, 1], sqrt(g2$psi[f, f])), -Inf, Inf, rel.tol = 1e-10)$value
  parts <- split(hs[[item]], factor(hs$school, unique(hs$school))); n <- sapply(parts, length) - 1
  pooled <- sum(n * sapply(parts, sd)) / sum(n)
  c(dmacs = sqrt(over(function(g) g^2)) / pooled, signed = over(identity) / pooled)
})
out$dmacs <- list(free = c("visual=~x3", "x3~1", "x7~1"), values = as.data.frame(t(dmacs)), items = colnames(dmacs))
writeLines(toJSON(out, digits = 15, auto_unbox = TRUE, dataframe = "columns"), "expected.json")
