# What follows a fit, by lavaan 0.6-14: standardized solutions, effects, modification indices,
# score and Wald tests, residuals, factor scores, comparison of nested models.
# Run in this folder:  Rscript make.R   -> *.csv, expected_*.json
suppressMessages(library(lavaan))
library(jsonlite)
options(digits = 17)

HS <- HolzingerSwineford1939[, c("school", "sex", "ageyr", paste0("x", 1:9))]
write.csv(HS, "hs.csv", row.names = FALSE)
write.csv(PoliticalDemocracy, "pd.csv", row.names = FALSE)
write.csv(Demo.growth, "growth.csv", row.names = FALSE)
datasets <- list(hs = HS, pd = PoliticalDemocracy, growth = Demo.growth)

hs <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
democracy <- "ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + c*y8
dem60 ~ p*ind60
dem65 ~ d*ind60 + q*dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
indirect := p*q
total := d + p*q
ratio := indirect / total"
mimic <- paste0(hs, "\nvisual + textual ~ ageyr + sex\nspeed ~ visual + textual + ageyr")
path <- "x4 ~ a*x1 + x2\nx7 ~ b*x4 + c*x1\nx9 ~ e*x7 + f*x4 + x2
i1 := a*b\ni2 := a*b*e + a*f + c*e"
second <- paste0(hs, "\ng =~ visual + textual + speed")
growth_model <- "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t1 + 1*t2 + 2*t3 + 3*t4\ni + s ~ x1 + x2"
feedback <- paste0(hs, "\ntextual ~ p*visual + q*speed\nspeed ~ r*textual + ageyr\nt := p / (1 - q*r)\nu := p*r / (1 - q*r)")

cases <- list(
  hs = list(hs, "cfa", "hs"),
  hs_means = list(hs, "cfa", "hs", meanstructure = TRUE),
  hs_std_lv = list(hs, "cfa", "hs", std.lv = TRUE),
  hs_mlr = list(hs, "cfa", "hs", estimator = "MLR"),
  hs_mlm = list(hs, "cfa", "hs", estimator = "MLM"),
  hs_gls = list(hs, "cfa", "hs", estimator = "GLS"),
  hs_uls = list(hs, "cfa", "hs", estimator = "ULS"),
  democracy = list(democracy, "sem", "pd"),
  democracy_mlr = list(democracy, "sem", "pd", estimator = "MLR"),
  mimic = list(mimic, "sem", "hs"),
  mimic_free = list(mimic, "sem", "hs", fixed.x = FALSE, meanstructure = TRUE),
  path = list(path, "sem", "hs"),
  second = list(second, "cfa", "hs"),
  growth = list(growth_model, "growth", "growth"),
  feedback = list(feedback, "sem", "hs"),
  groups = list(hs, "cfa", "hs", group = "school"),
  groups_equal = list(hs, "cfa", "hs", group = "school", group.equal = c("loadings", "intercepts")),
  groups_equal_mlr = list(hs, "cfa", "hs", group = "school", group.equal = c("loadings", "intercepts"), estimator = "MLR"),
  groups_mimic = list(mimic, "sem", "hs", group = "school", group.equal = "regressions")
)
source("../sem/make_case.R")  # fit_tightly: carried on to a gradient of 1e-9
snake <- function(x) gsub("\\.", "_", x)
fit_case <- function(case, ...) {
  suppressWarnings(fit_tightly(case[[2]], case[[1]], c(list(data = datasets[[case[[3]]]]), case[-(1:3)], list(...))))
}
frame <- function(d) { d <- as.data.frame(d, stringsAsFactors = FALSE); names(d) <- snake(names(d)); as.list(d) }
mat <- function(m) { m <- unclass(m); attr(m, "header") <- NULL; if (is.matrix(m)) unname(apply(m, 1, as.list)) else as.list(unname(m)) }
fits <- lapply(cases, fit_case)

one_group <- function(x, fit) if (lavInspect(fit, "ngroups") > 1) unname(x) else list(x)
moments_part <- function(part) {
  out <- list(cov = unname(unclass(part$cov)))
  if (!is.null(part$mean)) out$mean <- unname(as.numeric(part$mean))
  out
}
residual_block <- function(fit) {
  out <- list()
  for (type in c("raw", "cor.bentler", "cor.bollen")) {
    r <- tryCatch(lavResiduals(fit, type = type, zstat = TRUE, se = TRUE, summary = TRUE), error = function(e) NULL)
    if (is.null(r)) next
    out[[snake(type)]] <- lapply(one_group(r, fit), function(g) {
      res <- list(cov = unname(unclass(g$cov)), mean = if (is.null(g$mean)) NULL else as.numeric(g$mean))
      for (n in c("cov.se", "cov.z", "mean.se", "mean.z")) if (!is.null(g[[n]])) res[[snake(n)]] <- if (is.matrix(g[[n]])) unname(unclass(g[[n]])) else as.numeric(g[[n]])
      if (!is.null(g$summary)) { s <- g$summary; res$summary <- list(rows = rownames(s), columns = colnames(s), values = unname(as.matrix(s))) }
      res
    })
  }
  for (type in c("normalized", "standardized")) {
    r <- tryCatch(suppressWarnings(residuals(fit, type = type)), error = function(e) NULL)
    if (!is.null(r)) out[[type]] <- lapply(one_group(r, fit), moments_part)
  }
  out
}
scores_block <- function(fit) {
  if (length(lavNames(fit, "lv")) == 0) return(NULL)
  out <- list()
  for (method in c("regression", "Bartlett")) {
    s <- tryCatch(lavPredict(fit, method = method), error = function(e) NULL)
    if (is.null(s)) next
    s <- one_group(s, fit)
    out[[tolower(method)]] <- lapply(s, function(g) unname(unclass(g)[1:5, , drop = FALSE]))
  }
  out
}
for (name in names(cases)) {
  case <- cases[[name]]; fit <- fits[[name]]
  options <- case[-(1:3)]; names(options) <- snake(names(options))
  if (!is.null(options$group_equal)) options$group_equal <- as.list(options$group_equal)
  mi <- modindices(fit)
  mi_all <- tryCatch(modindices(fit, free.remove = FALSE), error = function(e) NULL)
  score <- tryCatch(suppressWarnings(lavTestScore(fit, epc = TRUE, standardized = TRUE)), error = function(e) NULL)
  out <- list(
    name = name, model = case[[1]], model_type = case[[2]], data = case[[3]], options = options,
    parameters = frame(parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE)),
    std_all = frame(standardizedSolution(fit, type = "std.all")),
    std_lv = frame(standardizedSolution(fit, type = "std.lv")),
    std_nox = frame(standardizedSolution(fit, type = "std.nox")),
    modindices = frame(mi),
    score = if (is.null(score)) NULL else list(test = frame(score$test), uni = frame(score$uni), epc = if (is.null(score$epc)) NULL else frame(score$epc)),
    residuals = residual_block(fit), scores = scores_block(fit),
    r2 = as.list(unlist(lavInspect(fit, "r2")))
  )
  write(toJSON(out, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), paste0("expected_", name, ".json"))
  cat(name, "fx", fitMeasures(fit, "fmin"), "grad", max(abs(lavInspect(fit, "gradient"))), "\n")
}

# --- what lavaan's users read ------------------------------------------------------------
summaries <- lapply(fits[c("democracy", "mimic", "growth", "hs_mlm", "groups_equal_mlr", "path")], function(fit)
  capture.output(print(summary(fit, fit.measures = TRUE, standardized = TRUE, rsquare = TRUE))))
write(toJSON(summaries, auto_unbox = TRUE), "expected_summaries.json")

# --- nested comparisons ------------------------------------------------------------------
pairs <- list(
  hs_orthogonal = list(cases$hs, list(hs, "cfa", "hs", orthogonal = TRUE)),
  hs_cross_loading = list(list(paste0(hs, "\nvisual =~ x9"), "cfa", "hs"), cases$hs),
  hs_two_factors = list(cases$hs, list(sub("textual =~", "textual =~", "visual =~ x1 + x2 + x3 + x4 + x5 + x6\nspeed =~ x7 + x8 + x9"), "cfa", "hs")),
  democracy_equal = list(list(gsub("[abc]\\*", "", sub("indirect.*", "", gsub("[pqd]\\*(ind|dem)", "\\1", democracy))), "sem", "pd"), list(sub("indirect.*", "", democracy), "sem", "pd")),
  groups_loadings = list(list(hs, "cfa", "hs", group = "school"), list(hs, "cfa", "hs", group = "school", group.equal = "loadings")),
  groups_intercepts = list(list(hs, "cfa", "hs", group = "school", group.equal = "loadings"), list(hs, "cfa", "hs", group = "school", group.equal = c("loadings", "intercepts"))),
  groups_residuals = list(list(hs, "cfa", "hs", group = "school", group.equal = c("loadings", "intercepts")), list(hs, "cfa", "hs", group = "school", group.equal = c("loadings", "intercepts", "residuals")))
)
comparisons <- list()
for (name in names(pairs)) for (estimator in c("ML", "MLR", "MLM", "MLMV", "MLMVS", "GLS")) {
  free <- tryCatch(fit_case(pairs[[name]][[1]], estimator = estimator), error = function(e) NULL)
  fixed <- tryCatch(fit_case(pairs[[name]][[2]], estimator = estimator), error = function(e) NULL)
  if (is.null(free) || is.null(fixed)) next
  results <- list()
  for (method in c("default", "satorra.2000", "satorra.bentler.2001", "satorra.bentler.2010")) for (A in c("delta", "exact")) for (scaled in c(TRUE, FALSE)) {
    if (method != "satorra.2000" && (A == "exact" || !scaled)) next
    r <- tryCatch(suppressWarnings(lavTestLRT(free, fixed, method = method, A.method = A, scaled.shifted = scaled)), error = function(e) NULL)
    if (is.null(r)) next
    results[[length(results) + 1]] <- list(method = method, a_method = A, scaled_shifted = scaled, head = paste(attr(r, "heading"), collapse = " "), chisq_diff = r[2, "Chisq diff"], df_diff = r[2, "Df diff"], pvalue = r[2, "Pr(>Chisq)"], rmsea = if ("RMSEA" %in% names(r)) r[2, "RMSEA"] else NULL)
  }
  part <- function(case) { o <- case[-(1:3)]; names(o) <- snake(names(o)); if (!is.null(o$group_equal)) o$group_equal <- as.list(o$group_equal); list(model = case[[1]], model_type = case[[2]], data = case[[3]], options = o) }
  comparisons[[length(comparisons) + 1]] <- list(name = name, estimator = estimator, free = part(pairs[[name]][[1]]), fixed = part(pairs[[name]][[2]]), results = results)
}
write(toJSON(comparisons, auto_unbox = TRUE, digits = I(17), na = "null", null = "null"), "expected_compare.json")

# --- Wald and score tests asked for ------------------------------------------------------
labelled <- "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + d*x6\nspeed =~ x7 + e*x8 + f*x9"
tests <- list()
wald <- function(constraints, ...) {
  fit <- fit_tightly("cfa", labelled, list(data = HS, ...))
  w <- lavTestWald(fit, constraints)
  tests[[length(tests) + 1]] <<- list(kind = "wald", model = labelled, options = list(...), constraints = constraints, stat = w$stat, df = w$df, pvalue = w$p.value)
}
wald("a == b"); wald("a == b\nc == d"); wald("a == 0.5\nb*c == d"); wald("a == b", estimator = "MLR")
scored <- function(model, add, ...) {
  fit <- fit_tightly("cfa", model, list(data = HS, ...))
  s <- lavTestScore(fit, add = add)
  tests[[length(tests) + 1]] <<- list(kind = "score_add", model = model, options = list(...), add = add, stat = s$test$X2, df = s$test$df, uni = frame(s$uni))
}
scored(labelled, "visual =~ x9\nx7 ~~ x8"); scored(labelled, "textual =~ x3 + x2")
released <- function(model, release, ...) {
  fit <- fit_tightly("cfa", model, list(data = HS, ...))
  s <- lavTestScore(fit, release = release)
  tests[[length(tests) + 1]] <<- list(kind = "score_release", model = model, options = list(...), release = release, stat = s$test$X2, df = s$test$df, uni = frame(s$uni))
}
equal <- "visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + c*x5 + c*x6\nspeed =~ x7 + e*x8 + f*x9\ne == f"
released(equal, 1); released(equal, c(1, 2)); released(equal, 1:3)
write(toJSON(tests, auto_unbox = TRUE, digits = I(17), na = "null"), "expected_tests.json")

# --- rows with gaps ----------------------------------------------------------------------
set.seed(4)
GAPS <- HS[, paste0("x", 1:9)]
for (j in 1:9) GAPS[sample(nrow(GAPS), 40), j] <- NA
GAPS[1, 1:3] <- NA  # a factor without any answer
write.csv(GAPS, "hs_gaps.csv", row.names = FALSE, na = "")
gaps <- suppressWarnings(fit_tightly("cfa", hs, list(data = GAPS, missing = "ml")))
mi <- modindices(gaps)
write(toJSON(list(
  model = hs, regression = unname(unclass(lavPredict(gaps))), bartlett = unname(unclass(lavPredict(gaps, method = "Bartlett"))),
  modindices = frame(mi), fmin = fitMeasures(gaps, "fmin")), auto_unbox = TRUE, digits = I(17), na = "null"), "expected_gaps.json")
