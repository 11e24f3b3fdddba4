# Writes expected.json: invariance of ordinal items by Wu and Estabrook (2016), as semTools'
# measEq.syntax writes the models and lavaan fits and compares them.
# Run in this folder: Rscript make.R   (R 4.2.2, lavaan 0.6-14, semTools 0.5-6, jsonlite)
suppressMessages({library(lavaan); library(semTools); library(jsonlite)})
two <- read.csv("../sem_ordinal/two_groups.csv")
model <- "agree =~ A3 + A1 + A2 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
items <- names(two)[1:10]
binary <- two; for (v in items) binary[[v]] <- 1 * (two[[v]] > 2)
set.seed(3); three <- two; three$third <- sample(c("a", "b", "c"), nrow(two), TRUE)

levels4 <- list(configural = character(), thresholds = "thresholds",
  metric = c("thresholds", "loadings"), scalar = c("thresholds", "loadings", "intercepts"),
  strict = c("thresholds", "loadings", "intercepts", "residuals"),
  means = c("thresholds", "loadings", "intercepts", "means"))
sequence <- function(data, group, levels, param = "theta") {
  fits <- lapply(levels, function(eq) suppressWarnings(measEq.syntax(model, data = data, ordered = items,
    group = group, ID.fac = "std.lv", ID.cat = "Wu.Estabrook.2016", parameterization = param,
    group.equal = eq, return.fit = TRUE, estimator = "WLSMV")))
  each <- lapply(fits, function(f) { stopifnot(lavInspect(f, "converged"))
    as.list(fitMeasures(f, c("chisq", "df", "npar", "chisq.scaled", "df.scaled", "pvalue.scaled",
                             "cfi.scaled", "rmsea.scaled", "srmr"))) })
  tests <- lapply(seq_along(fits)[-1], function(i) {
    under <- if (names(fits)[i] == "means") fits[["scalar"]] else fits[[i - 1]]
    out <- tryCatch(lavTestLRT(under, fits[[i]]), error = function(e) NULL)
    if (is.null(out)) NULL else list(chisq = out[2, "Chisq diff"], df = out[2, "Df diff"], p = out[2, "Pr(>Chisq)"]) })
  names(tests) <- names(fits)[-1]
  scalar <- parameterEstimates(fits[["scalar"]])
  means <- scalar[scalar$op == "~1" & scalar$lhs %in% c("agree", "consc"), c("lhs", "group", "est", "se")]
  vars <- scalar[scalar$op == "~~" & scalar$lhs == scalar$rhs & scalar$lhs %in% c("agree", "consc"), c("lhs", "group", "est", "se")]
  list(fits = each, tests = tests, means = means, variances = vars)
}
write_json(list(
  four = sequence(two, "sex", levels4),
  groups3 = sequence(three, "third", levels4[1:4]),
  binary = sequence(binary, "sex", levels4[c("configural", "scalar", "strict")])
), "expected.json", digits = 15, auto_unbox = TRUE, na = "null", null = "null", pretty = TRUE)
