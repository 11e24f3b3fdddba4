# Writes the reference values for ordinal models: lavaan 0.6-14.
# Run from this folder:  Rscript make.R   (R 4.2.2, lavaan 0.6-14, psychTools, jsonlite)
# Each fit is polished by Newton steps to a gradient below 1e-11, because lavaan's own
# optimizer stops at about 1e-6 and its estimates differ from the optimum in the sixth digit.
suppressMessages({library(lavaan); library(jsonlite)})
options(digits = 17)
data(bfi, package = "psychTools")
polish <- function(fit) {
  # Newton steps within the linear equalities, from lavaan's own gradient and Hessian
  m <- fit@Model; x <- lavaan:::lav_model_get_parameters(m)
  K <- if (m@eq.constraints) m@eq.constraints.K else diag(length(x))
  for (i in 1:12) {
    m <- lavaan:::lav_model_set_parameters(m, x)
    g <- lavaan:::lav_model_gradient(m, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                                     lavcache = fit@Cache, type = "free")
    H <- lavaan:::lav_model_hessian(m, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                                    lavoptions = fit@Options, lavcache = fit@Cache)
    g <- drop(t(K) %*% g)
    if (max(abs(g)) < 1e-11) break
    x <- x - drop(K %*% solve(t(K) %*% H %*% K, g))
  }
  x
}

items <- c(paste0("A", 1:5), paste0("C", 1:5), paste0("E", 1:5))
full <- bfi[complete.cases(bfi[, c(items, "gender", "age", "education")]), c(items, "gender", "age", "education")]
write.csv(head(full, 900), "bfi.csv", row.names = FALSE)
bfi900 <- head(full, 900)
# two groups, four categories, none empty in either
two <- full[seq(1, nrow(full), 2), ]
four <- function(x) ifelse(x <= 2, 1, ifelse(x <= 3, 2, ifelse(x <= 5, 3, 4)))
for (v in items) two[[v]] <- four(two[[v]])
two$sex <- ifelse(two$gender == 1, "men", "women")
two <- two[, c(items[1:10], "sex")]
write.csv(two, "two_groups.csv", row.names = FALSE)
# ordinal, binary and continuous together, with covariates
set.seed(20240502)
mix <- head(full, 700)
mix$C4 <- 1 * (mix$C4 > 3); mix$C5 <- 1 * (mix$C5 > 3)
mix$score <- 2 + 0.4 * mix$E4 - 0.3 * mix$A3 + rnorm(700)
mix$time <- 10 + 0.5 * mix$E4 + rnorm(700, 0, 2)
mix$years <- mix$age / 10
mix <- mix[, c(items, "score", "time", "gender", "years")]
write.csv(mix, "mixed.csv", row.names = FALSE)
holes <- bfi[, items[1:10]]
holes <- head(holes[rowSums(is.na(holes)) > 0 | seq_len(nrow(holes)) %% 4 == 0, ], 600)
write.csv(holes, "holes.csv", row.names = FALSE, na = "")

three <- "agree =~ A3 + A1 + A2 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5\nextra =~ E1 + E2 + E3 + E4 + E5"
pair <- "agree =~ A3 + A1 + A2 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"
path <- paste0(three, "\nextra ~ a*agree + consc\nconsc ~ b*agree\nind := a*b")
mixed <- "extra =~ E1 + E2 + E3 + E4 + E5 + score\nconsc =~ C1 + C2 + C4 + C5\ntime ~ extra + consc"
mimic <- "extra =~ E1 + E2 + E3 + E4 + score\nconsc =~ C1 + C2 + C4 + C5\nextra ~ gender + years\nconsc ~ gender + extra\nC1 ~ years"
probit <- "E1 ~ gender + years\nE2 ~ E1 + years"
ordered_mixed <- c(items)

runs <- list(
  bfi_wlsmv = list("cfa", three, "bfi", list(ordered = TRUE, estimator = "WLSMV")),
  bfi_wlsmv_theta = list("cfa", three, "bfi", list(ordered = TRUE, estimator = "WLSMV", parameterization = "theta")),
  bfi_wlsm = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "WLSM")),
  bfi_wlsmvs = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "WLSMVS")),
  bfi_ulsmv = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "ULSMV")),
  bfi_ulsm_theta = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "ULSM", parameterization = "theta")),
  bfi_dwls = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "DWLS")),
  bfi_uls = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "ULS")),
  bfi_wls = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "WLS")),
  bfi_std_lv = list("cfa", pair, "bfi", list(ordered = TRUE, estimator = "WLSMV", std.lv = TRUE)),
  bfi_path = list("sem", path, "bfi", list(ordered = TRUE, estimator = "WLSMV")),
  bfi_path_theta = list("sem", path, "bfi", list(ordered = TRUE, estimator = "WLSMV", parameterization = "theta")),
  holes_listwise = list("cfa", pair, "holes", list(ordered = TRUE, estimator = "WLSMV")),
  holes_pairwise = list("cfa", pair, "holes", list(ordered = TRUE, estimator = "WLSMV", missing = "pairwise")),
  mixed = list("sem", mixed, "mixed", list(ordered = items, estimator = "WLSMV")),
  mixed_theta = list("sem", mixed, "mixed", list(ordered = items, estimator = "WLSMV", parameterization = "theta")),
  mixed_wls = list("sem", mixed, "mixed", list(ordered = items, estimator = "WLS")),
  mimic = list("sem", mimic, "mixed", list(ordered = items, estimator = "WLSMV")),
  mimic_theta = list("sem", mimic, "mixed", list(ordered = items, estimator = "WLSMV", parameterization = "theta")),
  mimic_ulsmv = list("sem", mimic, "mixed", list(ordered = items, estimator = "ULSMV")),
  probit = list("sem", probit, "mixed", list(ordered = c("E1", "E2"), estimator = "WLSMV")),
  groups = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex")),
  groups_thresholds = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex", group.equal = "thresholds")),
  groups_loadings = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex", group.equal = "loadings")),
  groups_both = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex", group.equal = c("thresholds", "loadings"))),
  groups_both_theta = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex", parameterization = "theta",
    group.equal = c("thresholds", "loadings"))),
  groups_both_std_lv = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex", std.lv = TRUE,
    group.equal = c("thresholds", "loadings", "lv.covariances"))),
  groups_partial = list("cfa", pair, "two_groups", list(ordered = TRUE, group = "sex",
    group.equal = c("thresholds", "loadings"), group.partial = c("agree=~A3", "A3|t1")))
)

frame_rows <- function(df) { df[] <- lapply(df, function(x) if (is.factor(x)) as.character(x) else x); df }
strip <- function(x) { class(x) <- "matrix"; unname(apply(x, 1, as.numeric, simplify = FALSE)) }
only <- commandArgs(TRUE)
for (name in names(runs)) {
  if (length(only) && !(name %in% only)) next
  run <- runs[[name]]
  data <- list(bfi = bfi900, two_groups = two, mixed = mix, holes = holes)[[run[[3]]]]
  fit <- suppressWarnings(do.call(run[[1]], c(list(run[[2]], data = data), run[[4]])))
  pt <- parTable(fit); x <- polish(fit)
  pt$ustart <- NULL; pt$est[pt$free > 0] <- x[pt$free[pt$free > 0]]
  fit <- suppressWarnings(do.call(run[[1]], c(list(run[[2]], data = data), run[[4]], list(start = pt,
    optim.method = "none", optim.force.converged = TRUE, fixed.x = fit@Options$fixed.x,
    conditional.x = fit@Options$conditional.x))))
  pe <- parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE)
  ss <- standardizedSolution(fit)
  options_out <- run[[4]]
  names(options_out) <- gsub(".", "_", names(options_out), fixed = TRUE)
  if (!is.null(options_out$group_equal)) options_out$group_equal <- as.list(gsub(".", "_", options_out$group_equal, fixed = TRUE))
  if (!is.null(options_out$group_partial)) options_out$group_partial <- as.list(options_out$group_partial)
  mi <- tryCatch(suppressWarnings(modindices(fit, sort. = FALSE)), error = function(e) NULL)
  groups <- lavInspect(fit, "ngroups")
  first <- function(x) if (groups == 1) list(x) else unname(x)
  implied <- first(lavInspect(fit, "implied"))
  out <- list(call = run[[1]], model = run[[2]], data = run[[3]], options = options_out,
    groups = if (groups > 1) lavInspect(fit, "group.label") else NULL, n = lavInspect(fit, "ntotal"),
    parameters = frame_rows(pe[, intersect(c("lhs", "op", "rhs", "group", "label", "est", "se", "std.lv", "std.all", "std.nox"), names(pe))]),
    standardized = frame_rows(ss[, intersect(c("lhs", "op", "rhs", "group", "est.std", "se"), names(ss))]),
    fit_measures = as.list(unclass(fitMeasures(fit))),
    tests = lapply(unname(fit@test), function(t) t[intersect(names(t), c("test", "stat", "df", "pvalue", "scaling.factor", "shift.parameter", "stat.group"))]),
    gradient = max(abs(lavInspect(fit, "gradient"))), npar = fit@optim$npar,
    implied = lapply(implied, function(g) list(cov = strip(if (is.null(g$cov)) g$res.cov else g$cov),
        th = as.numeric(if (is.null(g$th)) g$res.th else g$th))),
    modindices = if (!is.null(mi) && name %in% c("bfi_wlsmv", "bfi_wlsmv_theta", "bfi_path", "mixed", "groups_both")) frame_rows(mi) else NULL,
    r2 = lapply(first(lavInspect(fit, "rsquare")), as.list),
    lv_cov = lapply(first(tryCatch(lavInspect(fit, "cov.lv"), error = function(e) matrix(0, 0, 0))), strip)
  )
  write_json(out, paste0("expected_", name, ".json"), digits = 15, auto_unbox = TRUE, na = "null", null = "null")
  cat(name, out$gradient, "chisq", fitMeasures(fit, "chisq"), "df", fitMeasures(fit, "df"), "\n")
}

# factor scores: lavaan searches each row's mode by itself, with nlminb's default tolerance
rows40 <- function(fit) { s <- lavPredict(fit, method = "EBM"); unname(apply(unclass(s)[1:40, ], 1, as.numeric, simplify = FALSE)) }
scored <- "extra =~ E1 + E2 + E3 + E4 + score\nconsc =~ C1 + C2 + C4 + C5\nextra ~ gender + years\nconsc ~ extra + gender"
if (!length(only)) write_json(list(pair = rows40(cfa(pair, bfi900, ordered = TRUE)), pair_model = pair,
  mimic = rows40(sem(scored, mix, ordered = items)), mimic_model = scored), "scores.json", digits = 12, auto_unbox = TRUE)
