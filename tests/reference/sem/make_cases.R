# The catalogue: which models, data and options are asked of lavaan.

models <- list(
  hs = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9",
  political = "
    # measurement; a, b, c equal over time
    ind60 =~ x1 + x2 + x3
    dem60 =~ y1 + a*y2 + b*y3 + c*y4
    dem65 =~ y5 + a*y6 + b*y7 + c*y8
    # regressions
    dem60 ~ p1*ind60
    dem65 ~ p2*ind60 + p3*dem60
    # residual correlations
    y1 ~~ y5
    y2 ~~ y4 + y6
    y3 ~~ y7
    y4 ~~ y8
    y6 ~~ y8
    indirect := p1*p3
    total := p2 + p1*p3",
  political_free = "
    ind60 =~ x1 + x2 + x3
    dem60 =~ y1 + y2 + y3 + y4
    dem65 =~ y5 + y6 + y7 + y8
    dem60 ~ ind60
    dem65 ~ ind60 + dem60
    y1 ~~ y5
    y2 ~~ y4 + y6
    y3 ~~ y7
    y4 ~~ y8
    y6 ~~ y8",
  bfi = "
    agree =~ A1 + A2 + A3 + A4 + A5
    consc =~ C1 + C2 + C3 + C4 + C5
    extra =~ E1 + E2 + E3 + E4 + E5
    neuro =~ N1 + N2 + N3 + N4 + N5
    open =~ O1 + O2 + O3 + O4 + O5",
  second_order = "
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    ability =~ visual + textual + speed",
  mimic = "
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    visual + textual + speed ~ ageyr + sex",
  path = "
    y1 ~ a*x1 + x2
    y5 ~ b*y1 + c*x1
    y8 ~ d*y5 + x3
    y4 ~ y1 + x2
    y8 ~~ y4
    through := a*b*d",
  growth = "
    i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4
    s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4
    i ~ x1 + x2
    s ~ x1 + x2
    t1 ~ c1
    t2 ~ c2
    t3 ~ c3
    t4 ~ c4",
  growth_plain = "
    i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4
    s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4",
  inequality_idle = "
    visual =~ x1 + a*x2 + b*x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    b > a
    a > 0.1",
  inequality_active = "
    visual =~ x1 + a*x2 + b*x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    a > b",
  nonlinear = "
    visual =~ x1 + a*x2 + b*x3
    textual =~ x4 + c*x5 + d*x6
    speed =~ x7 + x8 + x9
    a*b == 0.5
    c == exp(d) - 1.4",
  effect_coding = "
    visual =~ NA*x1 + l1*x1 + l2*x2 + l3*x3
    textual =~ NA*x4 + m1*x4 + m2*x5 + m3*x6
    visual ~~ textual
    l1 + l2 + l3 == 3
    m1 == 3 - m2 - m3",
  single_indicator = "
    visual =~ x1 + x2 + x3
    textual =~ 1*x4
    x4 ~~ 0.2*x4
    x9 ~ visual + textual
    x7 ~ x9",
  nonrecursive = "
    x9 ~ x7 + x8 + forth*x3
    x3 ~ x1 + x2 + back*x9
    x9 ~~ x3",
  partial_labels = "
    visual =~ x1 + c(a, a)*x2 + c(b1, b2)*x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    x1 ~ c(m, m)*1
    difference := b1 - b2"
)

all_estimators <- c("ML", "MLR", "MLM", "MLMV", "MLMVS", "MLF", "GLS", "ULS", "WLS", "DWLS")
main_estimators <- c("ML", "MLR", "MLM", "GLS", "ULS")

each_estimator <- function(name, call, data, model, ..., estimators = all_estimators, full = c("ML", "MLR")) {
  lapply(estimators, function(estimator) case(paste0(name, "_", estimator), call, data, model,
    estimator = estimator, ..., detail = if (estimator %in% full) "full" else if (estimator %in% c("GLS", "ULS", "WLS", "DWLS")) "moments" else "core"))
}

moments_of <- function(data, columns, mean = FALSE) {
  x <- datasets[[data]][columns]
  list(cov = cov(x), n = nrow(x), mean = if (mean) colMeans(x))
}

# Nested pairs: the case is the larger model, `narrower` holds the arguments of the smaller one.
likelihood_ratio <- function(call, data, model, narrower_model = model, ..., narrower = list(), methods) {
  function(fit) {
    arguments <- lavaan_words(modifyList(list(...), narrower))
    arguments$data <- datasets[[data]]
    small <- suppressWarnings(fit_tightly(call, narrower_model, arguments))
    list(nested = list(model = narrower_model, options = modifyList(list(...), narrower), comparisons = lapply(methods, function(how) {
      found <- suppressWarnings(lavTestLRT(fit, small, method = how$method, A.method = if (is.null(how$a)) "delta" else how$a,
        scaled.shifted = if (is.null(how$shifted)) TRUE else how$shifted))
      list(method = how$method, a_method = how$a, scaled_shifted = how$shifted,
           chisq_diff = number(found[2, "Chisq diff"]), df_diff = number(found[2, "Df diff"]),
           pvalue = number(found[2, "Pr(>Chisq)"]), rmsea = try_or_null(number(found[2, "RMSEA"])))
    })))
  }
}
plain <- list(list(method = "default"))
scaled <- list(list(method = "satorra.bentler.2001"), list(method = "satorra.bentler.2010"),
  list(method = "satorra.2000", a = "delta"), list(method = "satorra.2000", a = "exact"),
  list(method = "satorra.2000", a = "delta", shifted = FALSE))

wald_and_score <- function(hypotheses) function(fit) {
  found <- try_or_null(lavTestScore(fit, univariate = TRUE, epc = FALSE))
  list(
    wald = lapply(hypotheses, function(h) { w <- lavTestWald(fit, h); list(hypothesis = h, stat = number(w$stat), df = number(w$df), pvalue = number(w$p.value)) }),
    score = if (is.null(found)) NULL else list(
      total = list(stat = number(found$test$X2), df = number(found$test$df), pvalue = number(found$test$p.value)),
      univariate = rows_of(found$uni, c("lhs", "op", "rhs"), c("X2", "df", "p.value")))
  )
}

levels_of_equality <- list(
  configural = character(),
  loadings = "loadings",
  intercepts = c("loadings", "intercepts"),
  residuals = c("loadings", "intercepts", "residuals"),
  lv_variances = c("loadings", "intercepts", "residuals", "lv.variances"),
  lv_covariances = c("loadings", "intercepts", "residuals", "lv.variances", "lv.covariances"),
  means = c("loadings", "intercepts", "residuals", "lv.variances", "lv.covariances", "means")
)

# Left out by themselves: GLS with equal lv_covariances (no solution: a factor collapses) and WLS with
# equal intercepts (improper; lavaan refuses it as a start).
group_cases <- function(name, group, estimators, levels = names(levels_of_equality)) {
  unlist(lapply(levels, function(level) lapply(estimators, function(estimator) {
    equal <- levels_of_equality[[level]]
    arguments <- list(name = sprintf("%s_%s_%s", name, level, estimator), call = "cfa", data = "holzinger", model = models$hs,
      estimator = estimator, group = group, detail = if (level == "intercepts" && estimator %in% c("ML", "MLR")) "moments" else "core")
    if (length(equal)) arguments$group_equal <- I(equal)
    do.call(case, arguments)
  })), recursive = FALSE)
}

# Models drawn at random (from a seed): factors of 3 to 5 items, a path here, a cross-loading, a residual
# correlation, an equality, a fixed loading there. They hold combinations nobody would think of.
random_model <- function(seed) {
  set.seed(seed)
  blocks <- list(agree = paste0("A", 2:5), consc = paste0("C", 1:5), extra = paste0("E", 1:5), neuro = paste0("N", 1:5), open = paste0("O", c(1, 3, 5)))
  factors <- sample(names(blocks), sample(2:4, 1))
  lines <- character()
  for (f in factors) {
    items <- sample(blocks[[f]], 2 + sample.int(length(blocks[[f]]) - 2, 1))
    terms <- items
    if (runif(1) < 0.3) terms[2:3] <- paste0("e", f, "*", items[2:3])
    if (runif(1) < 0.2) terms[length(terms)] <- paste0("0.8*", items[length(items)])
    lines <- c(lines, paste(f, "=~", paste(terms, collapse = " + ")))
    if (runif(1) < 0.4) lines <- c(lines, paste(items[1], "~~", items[3]))
  }
  chain <- runif(1)
  if (chain < 0.5) lines <- c(lines, paste0(factors[2], " ~ b*", factors[1]))
  if (chain < 0.3 && length(factors) > 2) lines <- c(lines, paste0(factors[3], " ~ c*", factors[2], " + ", factors[1]), "through := b*c")
  if (runif(1) < 0.25) lines <- c(lines, paste(factors[1], "~~ 1*", factors[1]))
  paste(lines, collapse = "\n")
}

families <- list(
  holzinger = function() c(
    each_estimator("hs", "cfa", "holzinger", models$hs),
    each_estimator("hs_mean", "cfa", "holzinger", models$hs, meanstructure = TRUE, estimators = c("ML", "GLS", "ULS", "WLS", "DWLS"), full = "ML"),
    each_estimator("hs_std_lv", "cfa", "holzinger", models$hs, std_lv = TRUE, estimators = c("ML", "MLR", "GLS", "DWLS"), full = "ML"),
    each_estimator("hs_orthogonal", "cfa", "holzinger", models$hs, orthogonal = TRUE, estimators = c("ML", "MLM")),
    each_estimator("hs_wishart", "cfa", "holzinger", models$hs, likelihood = "wishart", estimators = c("ML", "MLM", "MLR"), full = "ML"),
    each_estimator("hs_wishart_mean", "cfa", "holzinger", models$hs, likelihood = "wishart", meanstructure = TRUE, estimators = "ML")
  ),
  options = function() c(
    lapply(c("observed", "first.order", "expected"), function(i) case(paste0("information_", i), "cfa", "holzinger", models$hs, estimator = "ML", information = i)),
    lapply(c("robust.sem", "robust.huber.white", "none"), function(s) case(paste0("se_", s), "cfa", "holzinger", models$hs, estimator = "ML", se = s)),
    lapply(c("satorra.bentler", "mean.var.adjusted", "scaled.shifted", "yuan.bentler", "yuan.bentler.mplus",
             "browne.residual.nt", "browne.residual.adf", "browne.residual.nt.model", "browne.residual.adf.model"),
           function(t) case(paste0("test_", t), "cfa", "holzinger", models$hs, estimator = "ML", test = t)),
    lapply(c("browne.residual.nt.model", "browne.residual.adf.model"), function(t)
      case(paste0("groups_", t), "cfa", "holzinger", models$hs, estimator = "ML", test = t, group = "school")),
    lapply(c("browne.residual.nt.model", "browne.residual.adf.model"), function(t)
      case(paste0("equal_", t), "cfa", "holzinger", models$hs, estimator = "ML", test = t, group = "school",
           group_equal = "loadings")),
    lapply(c("ULS", "DWLS"), function(e) case(paste0("robust_", e), "cfa", "holzinger", models$hs, estimator = e, se = "robust.sem", test = "satorra.bentler")),
    lapply(c("ULS", "DWLS"), function(e) case(paste0("shifted_", e), "cfa", "holzinger", models$hs, estimator = e, se = "robust.sem", test = "scaled.shifted")),
    list(
      case("moments_cov_ML", "cfa", NULL, models$hs, estimator = "ML", moments = moments_of("holzinger", paste0("x", 1:9)), detail = "moments"),
      case("moments_cov_GLS", "cfa", NULL, models$hs, estimator = "GLS", moments = moments_of("holzinger", paste0("x", 1:9))),
      case("moments_cov_ULS", "cfa", NULL, models$hs, estimator = "ULS", moments = moments_of("holzinger", paste0("x", 1:9))),
      case("moments_mean_ML", "cfa", NULL, models$hs, estimator = "ML", meanstructure = TRUE, moments = moments_of("holzinger", paste0("x", 1:9), TRUE), detail = "moments"),
      case("moments_wishart_ML", "cfa", NULL, models$hs, estimator = "ML", likelihood = "wishart", moments = moments_of("holzinger", paste0("x", 1:9)))
    )
  ),
  political = function() c(
    each_estimator("political", "sem", "political", models$political, estimators = setdiff(all_estimators, "WLS")),
    each_estimator("political_free", "sem", "political", models$political_free, estimators = main_estimators, full = "ML"),
    each_estimator("path", "sem", "political", models$path, full = c("ML", "MLR", "DWLS")),
    each_estimator("path_random_x", "sem", "political", models$path, fixed_x = FALSE, full = "ML")
  ),
  # 25 is not identified (three orthogonal items and a residual correlation), which lavaan does not notice;
  # 151 and 199 have likelihoods in which a bold search loses its way
  varied = function() lapply(c(setdiff(1:40, 25), 151, 199), function(seed) {
    set.seed(1000 + seed)
    case(sprintf("varied_%02d", seed), "sem", "bfi", random_model(seed), estimator = c("ML", "MLR", "MLM", "GLS", "ULS", "DWLS")[1 + seed %% 6],
         orthogonal = runif(1) < 0.2, meanstructure = runif(1) < 0.4)
  }),
  bfi = function() each_estimator("bfi", "cfa", "bfi", models$bfi, full = c()),
  structures = function() c(
    each_estimator("second_order", "cfa", "holzinger", models$second_order, full = "ML"),
    each_estimator("mimic", "sem", "holzinger", models$mimic),
    each_estimator("mimic_random_x", "sem", "holzinger", models$mimic, fixed_x = FALSE, full = "ML"),
    # with means: without them this lavaan's factor scores are off by a constant where an observed variable is regressed
    each_estimator("single_indicator", "sem", "holzinger", models$single_indicator, meanstructure = TRUE, estimators = main_estimators, full = "ML"),
    each_estimator("nonrecursive", "sem", "holzinger", models$nonrecursive, estimators = main_estimators, full = "ML")
  ),
  growth = function() c(
    each_estimator("growth", "growth", "growth", models$growth, full = "ML"),
    each_estimator("growth_plain", "growth", "growth", models$growth_plain, full = "ML")
  ),
  constraints = function() c(
    each_estimator("effect_coding", "cfa", "holzinger", models$effect_coding, estimators = main_estimators, full = "ML"),
    each_estimator("inequality_idle", "cfa", "holzinger", models$inequality_idle, estimators = main_estimators, full = c()),
    each_estimator("inequality_active", "cfa", "holzinger", models$inequality_active, estimators = main_estimators, full = c()),
    each_estimator("nonlinear", "cfa", "holzinger", models$nonlinear, estimators = main_estimators, full = c())
  ),
  groups_two = function() c(
    group_cases("school", "school", main_estimators),
    group_cases("school", "school", setdiff(all_estimators, main_estimators), c("configural", "loadings", "intercepts"))
  ),
  groups_three = function() c(
    group_cases("age", "age", c("ML", "MLR", "MLM", "GLS", "ULS"), c("configural", "loadings", "intercepts", "residuals")),
    group_cases("age", "age", c("ML", "MLR"), c("lv_variances", "lv_covariances", "means"))
  ),
  groups_other = function() c(
    list(
      case("partial_ML", "cfa", "holzinger", models$hs, estimator = "ML", group = "school", group_equal = I(c("loadings", "intercepts")), group_partial = I(c("visual=~x2", "x7~1")), detail = "moments"),
      case("partial_MLR", "cfa", "holzinger", models$hs, estimator = "MLR", group = "school", group_equal = I(c("loadings", "intercepts")), group_partial = I(c("visual=~x2", "x7~1"))),
      case("std_lv_ML", "cfa", "holzinger", models$hs, estimator = "ML", group = "school", group_equal = I("loadings"), std_lv = TRUE),
      case("std_lv_intercepts_MLR", "cfa", "holzinger", models$hs, estimator = "MLR", group = "school", group_equal = I(c("loadings", "intercepts")), std_lv = TRUE),
      case("wishart_ML", "cfa", "holzinger", models$hs, estimator = "ML", group = "school", likelihood = "wishart"),
      case("no_means_ML", "cfa", "holzinger", models$hs, estimator = "ML", group = "school", meanstructure = FALSE, group_equal = I("loadings")),
      case("labels_ML", "cfa", "holzinger", models$partial_labels, estimator = "ML", group = "school", extra = wald_and_score(c("b1 == b2"))),
      case("labels_MLR", "cfa", "holzinger", models$partial_labels, estimator = "MLR", group = "school"),
      case("mimic_ML", "sem", "holzinger", models$mimic, estimator = "ML", group = "school", group_equal = I(c("loadings", "regressions"))),
      case("mimic_MLR", "sem", "holzinger", models$mimic, estimator = "MLR", group = "school", group_equal = I(c("loadings", "intercepts", "regressions"))),
      case("mimic_MLM", "sem", "holzinger", models$mimic, estimator = "MLM", group = "school", group_equal = I(c("loadings", "intercepts")))
    )
  ),
  comparisons = function() {
    nested <- function(name, level, further, estimator, methods) case(paste0(name, "_", estimator), "cfa", "holzinger", models$hs,
      estimator = estimator, group = "school", group_equal = I(levels_of_equality[[level]]), extra = likelihood_ratio("cfa", "holzinger", models$hs,
        estimator = estimator, group = "school", narrower = list(group_equal = I(levels_of_equality[[further]])), methods = methods))
    first <- function(estimator, methods) case(paste0("configural_loadings_", estimator), "cfa", "holzinger", models$hs, estimator = estimator, group = "school",
      extra = likelihood_ratio("cfa", "holzinger", models$hs, estimator = estimator, group = "school", narrower = list(group_equal = I("loadings")), methods = methods))
    constrained <- function(estimator, methods) case(paste0("political_equal_", estimator), "sem", "political", models$political_free, estimator = estimator,
      extra = likelihood_ratio("sem", "political", models$political_free, models$political, estimator = estimator, methods = methods))
    c(
      lapply(c("ML", "GLS", "ULS"), first, methods = plain),
      lapply(c("MLM", "MLR"), first, methods = scaled),
      lapply(c("MLMV"), first, methods = scaled[3:5]),
      list(nested("loadings_intercepts", "loadings", "intercepts", "ML", plain)),
      lapply(c("MLM", "MLR"), function(e) nested("loadings_intercepts", "loadings", "intercepts", e, scaled)),
      list(constrained("ML", plain)),
      lapply(c("MLM", "MLR"), constrained, methods = scaled),
      list(case("score_political_ML", "sem", "political", models$political, estimator = "ML", extra = wald_and_score(c("p1 == 0", "p1 == p2\np3 == 1", "a == b"))),
           case("score_political_MLR", "sem", "political", models$political, estimator = "MLR", extra = wald_and_score(c("p1 == 0", "p1 == p2\np3 == 1"))),
           case("score_groups_ML", "cfa", "holzinger", models$hs, estimator = "ML", group = "school", group_equal = I("loadings"), extra = wald_and_score(character())))
    )
  }
)
