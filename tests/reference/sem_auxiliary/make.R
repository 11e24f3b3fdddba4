# Writes expected.json: auxiliary variables as saturated correlates, and fractions of
# missing information (lavaan).  Run in this folder: Rscript make.R
# (R 4.2.2, lavaan 0.6-14, jsonlite)
suppressMessages({library(lavaan); library(jsonlite)})
set.seed(20261)
hs <- HolzingerSwineford1939[, paste0("x", 1:9)]
hs$aux1 <- 0.5 * hs$x1 + 0.3 * hs$x5 + rnorm(301)
hs$aux2 <- 0.4 * hs$x4 - 0.2 * hs$x8 + 0.3 * hs$aux1 + rnorm(301)
for (i in 1:6) hs[[paste0("x", i)]][runif(301) < plogis(-1.6 + 0.8 * (hs$aux1 - 4))] <- NA
for (i in 7:9) hs[[paste0("x", i)]][runif(301) < 0.08] <- NA
hs$aux2[runif(301) < 0.1] <- NA
write.csv(hs, "gaps.csv", row.names = FALSE, na = "")
model <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
path <- paste0(model, "\nspeed ~ visual + textual")
vars <- paste0("x", 1:9)
saturated <- function(aux) paste(c(paste(aux, "~ 1"), paste(aux, "~~", aux),
  if (length(aux) > 1) paste(aux[1], "~~", aux[2]), outer(aux, vars, paste, sep = " ~~ ")), collapse = "\n")
one <- function(model, aux, estimator) {
  # what semTools::sem.auxiliary writes, and its baseline: the auxiliary variables saturated in both
  fit <- sem(paste(model, saturated(aux), sep = "\n"), hs, missing = "fiml", estimator = estimator,
             fixed.x = FALSE)
  base <- lavaan(paste(c(paste(vars, "~~", vars), paste(vars, "~ 1"), saturated(aux)), collapse = "\n"), hs,
                 missing = "fiml", estimator = estimator)
  stopifnot(lavInspect(fit, "converged"), lavInspect(base, "converged"))
  list(parameters = parameterEstimates(fit)[, c("lhs", "op", "rhs", "est", "se")],
       measures = as.list(fitMeasures(fit, c("chisq", "df", "npar", "logl", "rmsea"))),
       baseline = as.list(fitMeasures(fit, c("baseline.chisq", "baseline.df", "cfi", "tli"), baseline.model = base)))
}
out <- list(cfa = one(model, c("aux1", "aux2"), "ML"), sem_mlr = one(path, "aux1", "MLR"))
fit <- cfa(model, hs, missing = "fiml")
pe <- parameterEstimates(fit, fmi = TRUE)
out$fmi <- pe[, c("lhs", "op", "rhs", "fmi")]
# rows without a value of a fixed covariate kept
covariate <- "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nvisual ~ aux2\nspeed ~ visual + aux2"
fit <- sem(covariate, hs, missing = "fiml.x")
out$fiml_x <- list(model = covariate, parameters = parameterEstimates(fit)[, c("lhs", "op", "rhs", "est", "se")],
  measures = as.list(fitMeasures(fit, c("chisq", "df", "npar", "logl", "cfi", "ntotal", "baseline.chisq"))))
fit <- cfa(model, hs, missing = "pairwise")
out$pairwise <- list(parameters = parameterEstimates(fit)[, c("lhs", "op", "rhs", "est", "se")],
  measures = as.list(fitMeasures(fit, c("chisq", "df", "npar", "ntotal", "cfi", "logl"))))
write_json(out, "expected.json", digits = 15, auto_unbox = TRUE, na = "null", null = "null")
