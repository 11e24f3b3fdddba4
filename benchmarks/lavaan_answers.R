# Times lavaan on answers with gaps, on ordinal answers, on groups and on the bootstrap:
#   Rscript lavaan_answers.R folder [slow]
# folder holds gaps.csv, ordinal.csv, groups.csv and model.txt; "slow" adds the likelihood with gaps.
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
at <- function(name) file.path(arguments[1], name)
model <- paste(readLines(at("model.txt")), collapse = "\n")
gaps <- read.csv(at("gaps.csv")); ordinal <- read.csv(at("ordinal.csv")); groups <- read.csv(at("groups.csv"))
cost <- function(work) sum(system.time(work())[c("user.self", "sys.self")])
found <- list(
  WLSMV = cost(function() cfa(model, ordinal, ordered = TRUE)),
  WLSMV_measures = cost(function() fitMeasures(cfa(model, ordinal, ordered = TRUE))),
  polychoric = cost(function() lavCor(ordinal, ordered = names(ordinal))),
  invariance = cost(function() { a <- cfa(model, groups, group = "group")
    b <- cfa(model, groups, group = "group", group.equal = c("loadings", "intercepts")); lavTestLRT(a, b) }),
  bootstrap = cost(function() bootstrapLavaan(cfa(model, ordinal), R = 20)) / 20
)
if (length(arguments) > 1) {
  found$FIML <- cost(function() fit <<- cfa(model, gaps, missing = "fiml"))
  found$FIML_MLR <- cost(function() cfa(model, gaps, missing = "fiml", estimator = "MLR"))
  found$chisq <- unname(fitMeasures(fit, "chisq"))
}
cat(toJSON(found, auto_unbox = TRUE, digits = NA))
