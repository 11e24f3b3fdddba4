# Small samples whose likelihood falls without bound on one side: where lavaan finds a minimum all the same.
# Rscript make.R (in this folder) reads moments.json and writes expected.json.
suppressMessages(library(lavaan))
library(jsonlite)
cases <- fromJSON("moments.json", simplifyVector = FALSE)
found <- lapply(cases, function(case) {
  cov <- matrix(unlist(case$cov), length(case$names), dimnames = list(unlist(case$names), unlist(case$names)))
  fit <- suppressWarnings(sem(case$model, sample.cov = (cov + t(cov)) / 2, sample.nobs = case$n))
  stopifnot(lavInspect(fit, "converged"))
  list(chisq = unname(fitMeasures(fit, "chisq")), fmin = unname(fitMeasures(fit, "fmin")))
})
write_json(found, "expected.json", auto_unbox = TRUE, digits = 15, pretty = TRUE)
