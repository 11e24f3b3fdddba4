# What lavaan 0.6-14 says: every number the engine is held to.
#
#   Rscript make.R [family ...]      (from this folder; writes data/*.csv and expected/*.json)
#
# Each solution is polished by Newton steps (make_case.R); the gradient reached stands beside the
# numbers as `gradient_max`, so that a test knows how exact its expectation is.
# Options are written in snake_case, as ecosurvey's cfa() and sem() take them.

suppressPackageStartupMessages({
  library(lavaan)
  library(jsonlite)
})
options(warn = 1)
dir.create("data", showWarnings = FALSE)
dir.create("expected", showWarnings = FALSE)

for (part in c("make_data.R", "make_case.R", "make_cases.R")) source(part)

wanted <- commandArgs(trailingOnly = TRUE)
if (length(wanted) == 0) wanted <- names(families)
for (family in wanted) {
  cases <- Filter(Negate(is.null), lapply(families[[family]](), run_case))
  names(cases) <- vapply(cases, function(case) case$name, "")
  stopifnot(!anyDuplicated(names(cases)))
  path <- file.path("expected", paste0(family, ".json"))
  write_json(cases, path, digits = NA, auto_unbox = TRUE, na = "null", null = "null")
  cat(sprintf("%-14s %3d cases %7.0f kB\n", family, length(cases), file.size(path) / 1024))
}
