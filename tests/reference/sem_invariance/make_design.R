# Invariance of weighted and clustered rows: lavaan 0.6-14 by steps, ordinal items by semTools 0.5-6 (measEq.syntax).
# Rscript make_design.R (in this folder) reads ../sem_design/*.csv and writes expected_design.json.
suppressMessages({library(lavaan); library(semTools); library(jsonlite)})
rows <- read.csv("../sem_design/rows.csv"); holes <- read.csv("../sem_design/rows_holes.csv")
items <- read.csv("../sem_design/rows_ordinal.csv")
model <- "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3"
equal <- list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
              strict = c("loadings", "intercepts", "residuals"), means = c("loadings", "intercepts", "means"))
wanted <- c("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "chisq.scaled", "pvalue.scaled", "cfi.robust",
            "rmsea.robust", "cfi.scaled", "rmsea.scaled")
against <- c(metric = "configural", scalar = "metric", strict = "scalar", means = "scalar")
collected <- function(fits) {
  against <- against[names(against) %in% names(fits)]
  against[!against %in% names(fits)] <- "configural"
  scalar <- parameterEstimates(fits$scalar)
  list(
    measures = lapply(fits, function(f) { m <- fitMeasures(f); as.list(m[intersect(wanted, names(m))]) }),
    differences = lapply(setNames(names(against), names(against)), function(n) {
      t <- lavTestLRT(fits[[against[[n]]]], fits[[n]])
      list(chisq = t[2, "Chisq diff"], df = t[2, "Df diff"], pvalue = t[2, "Pr(>Chisq)"])
    }),
    means = scalar[scalar$op == "~1" & scalar$lhs %in% c("f", "g") & scalar$group == 2, c("lhs", "est", "se")])
}
tight <- list(em.h1.iter.max = 5000L, em.h1.tol = 1e-12)
case <- function(data, ...) collected(lapply(equal, function(e) do.call("cfa", c(list(model, data = data, group = "region",
  group.equal = e, std.lv = TRUE, estimator = "MLR"), list(...)))))
ordinal <- function(...) collected(lapply(
  list(configural = character(), thresholds = "thresholds", metric = c("thresholds", "loadings"),
       scalar = c("thresholds", "loadings", "intercepts"))[c("configural", "scalar")],
  function(e) suppressWarnings(measEq.syntax("f =~ x1 + x2 + x3 + y2 + y1", data = items, group = "region",
    ordered = c("x1", "x2", "x3", "y2", "y1"), ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016",
    parameterization = "theta", group.equal = e, return.fit = TRUE, estimator = "WLSMV", ...))))
out <- list(
  weights = case(rows, sampling.weights = "weight"),
  clusters = case(rows, cluster = "school"),
  both = case(rows, sampling.weights = "weight", cluster = "school"),
  clusters_fiml = do.call(case, c(list(holes, cluster = "school", missing = "ml"), tight)),
  ordinal_weights = ordinal(sampling.weights = "weight")
)
write_json(out, "expected_design.json", digits = 15, auto_unbox = TRUE, na = "null", null = "null", dataframe = "columns")
