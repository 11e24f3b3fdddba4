# Times lavaan on the workload: Rscript lavaan_times.R data.csv model.txt repeats
suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})
arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[1])
model <- paste(readLines(arguments[2]), collapse = "\n")
repeats <- as.integer(arguments[3])

best <- function(work) min(replicate(repeats, sum(system.time(work())[c("user.self", "sys.self")])))
fit <- cfa(model, data)
found <- list(
  version = as.character(packageVersion("lavaan")),
  ML = best(function() cfa(model, data)),
  ML_measures = best(function() fitMeasures(cfa(model, data))),
  MLR = best(function() cfa(model, data, estimator = "MLR")),
  MLM = best(function() cfa(model, data, estimator = "MLM")),
  modification = best(function() modindices(fit)),
  chisq = unname(fitMeasures(fit, "chisq"))
)
cat(toJSON(found, auto_unbox = TRUE, digits = NA))
