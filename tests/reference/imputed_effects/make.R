# Standardized total effects over imputed data sets: lavaan's standardizedSolution in each, pooled by mice's
# pool.scalar. Run: Rscript make.R (in this folder); the data sets are those of ../sem_imputed.
suppressMessages({library(lavaan); library(mice); library(jsonlite)})
done <- read.csv("../sem_imputed/hs.csv")
model <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9
textual ~ a*visual
speed ~ b*textual + c*visual
through := c + a*b
straight := b"
each <- lapply(split(done, done$.imp), function(d) {
  fit <- sem(model, d, estimator = "MLR")
  found <- standardizedSolution(fit)
  found[match(c("through", "straight"), found$lhs), c("est.std", "se")]
})
pooled <- lapply(c(visual = 1, textual = 2), function(k) {
  est <- sapply(each, function(e) e$est.std[k]); se <- sapply(each, function(e) e$se[k])
  p <- pool.scalar(est, se^2)
  list(estimate = p$qbar, se = sqrt(p$t), fmi = (1 + 1 / p$m) * p$b / p$t, lowest = min(est), highest = max(est))
})
write_json(list(model = sub("\nthrough.*", "", model), effects = pooled), "expected.json", auto_unbox = TRUE, digits = 14)
