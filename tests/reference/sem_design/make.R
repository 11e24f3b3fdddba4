# Weighted and clustered rows as lavaan 0.6-14 treats them: Rscript make.R (in this folder) writes expected.json.
suppressMessages(library(lavaan))
library(jsonlite)
source("../sem/make_case.R")
datasets <- list(rows = read.csv("rows.csv"), holes = read.csv("rows_holes.csv"))

factors <- "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"
paths <- paste(factors, "g ~ f + w\nf ~ w", sep = "\n")
kept <- function(name, model, data = "rows", ...) {
  case(name, "sem", data, model, ..., estimator = "MLR", detail = "moments")
}
cases <- list(
  kept("weights", factors, sampling_weights = "weight"),
  kept("weights_paths", paths, sampling_weights = "weight"),
  kept("weights_groups", factors, sampling_weights = "weight", group = "region", group_equal = "loadings"),
  kept("weights_by_group", factors, sampling_weights = "weight", group = "region",
       sampling_weights_normalization = "group"),
  kept("weights_none", factors, sampling_weights = "weight", sampling_weights_normalization = "none"),
  kept("weights_holes", factors, "holes", sampling_weights = "weight", missing = "fiml"),
  kept("weights_holes_paths", paths, "holes", sampling_weights = "weight", missing = "fiml"),
  kept("clusters", factors, cluster = "school"),
  kept("clusters_paths", paths, cluster = "school"),
  kept("clusters_groups", factors, cluster = "school", group = "region", group_equal = c("loadings", "intercepts")),
  kept("clusters_holes", factors, "holes", cluster = "school", missing = "fiml"),
  kept("clusters_holes_paths", paths, "holes", cluster = "school", missing = "fiml"),
  kept("both", factors, cluster = "school", sampling_weights = "weight"),
  kept("both_paths", paths, cluster = "school", sampling_weights = "weight"),
  kept("both_holes_groups", factors, "holes", cluster = "school", sampling_weights = "weight", missing = "fiml",
       group = "region"),
  # lavaan cuts the groups' sums of weights to whole numbers for the robust measures of rows with gaps;
  # here they are whole
  kept("both_holes_by_group", factors, "holes", cluster = "school", sampling_weights = "weight", missing = "fiml",
       group = "region", sampling_weights_normalization = "group")
)
# tighter EM than lavaan's default, so that the saturated moments are those of the likelihood
lavaan_words <- function(options) {
  names(options) <- gsub("_", ".", names(options), fixed = TRUE)
  if (!is.null(options$missing)) options <- c(options, list(em.h1.iter.max = 5000L, em.h1.tol = 1e-12))
  options
}
found <- lapply(cases, run_case)
names(found) <- vapply(cases, function(case) case$name, "")
write_json(found, "expected.json", auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = FALSE)

# products of observed variables, made by lavaan from x:z
products <- list(
  case("both_fixed", "sem", "rows", "y1 ~ x1 + w + x1:w", estimator = "MLR"),
  case("groups", "sem", "rows", "y1 ~ x1 + w + x1:w\ny2 ~ y1", estimator = "ML", group = "region"),
  case("holes", "sem", "holes", "y1 ~ x1 + w + x1:w", estimator = "ML", missing = "fiml"),
  case("of_an_outcome", "sem", "rows", "y1 ~ x1 + w + x1:w\nx1 ~ x2", estimator = "ML")
)
found <- lapply(products, run_case)
names(found) <- vapply(products, function(case) case$name, "")
write_json(found, "expected_products.json", auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = FALSE)
