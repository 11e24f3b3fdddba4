# Writes expected.json: what lavaan says under options that few models ask for.
# Run in this folder: Rscript make.R   (R 4.2.2, lavaan 0.6-14, jsonlite)
# Each fit is polished by Newton steps to a gradient below 1e-12, because lavaan's own
# optimizer stops at about 1e-6 and its estimates differ from the optimum in the sixth digit.
suppressMessages({library(lavaan); library(jsonlite)})
hs <- HolzingerSwineford1939[, c("school", "sex", "ageyr", paste0("x", 1:9))]
write.csv(hs, "hs.csv", row.names = FALSE)

models <- list(
  cfa = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9",
  mimic = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nvisual ~ ageyr + sex\nspeed ~ ageyr + visual",
  composite = "f =~ x1 + x2 + x3\nc <~ 1*x4 + x5 + x6\nf ~ c"
)
cases <- list(
  list(model = "composite", estimator = "MLR"),
  list(model = "composite", estimator = "ML", meanstructure = TRUE),
  list(model = "cfa", estimator = "MLR", test = "yuan.bentler"),
  list(model = "cfa", estimator = "MLR", test = "yuan.bentler", meanstructure = TRUE),
  list(model = "mimic", estimator = "MLR", test = "yuan.bentler"),
  list(model = "mimic", estimator = "MLR", meanstructure = TRUE),
  list(model = "cfa", estimator = "MLR", h1.information = "unstructured"),
  list(model = "mimic", estimator = "MLR", h1.information = "unstructured"),
  list(model = "cfa", estimator = "MLR", information = "expected"),
  list(model = "cfa", estimator = "ML", information = "observed"),
  list(model = "mimic", estimator = "ML", information = "observed", observed.information = "h1"),
  list(model = "mimic", estimator = "ML", information = "observed", observed.information = "h1",
       meanstructure = TRUE),
  list(model = "cfa", estimator = "ML", h1.information = "unstructured"),
  list(model = "mimic", estimator = "MLF", h1.information = "unstructured"),
  list(model = "cfa", estimator = "ML", se = "robust.huber.white"),
  list(model = "cfa", estimator = "ML", se = "robust.sem"),
  list(model = "cfa", estimator = "ML", test = "satorra.bentler"),
  list(model = "mimic", estimator = "MLM", h1.information = "unstructured"),
  list(model = "cfa", estimator = "ML", test = "browne.residual.nt"),
  list(model = "cfa", estimator = "ML", test = "browne.residual.adf"),
  list(model = "cfa", estimator = "GLS", test = "browne.residual.adf"),
  list(model = "cfa", estimator = "ML", likelihood = "wishart"),
  list(model = "cfa", estimator = "MLR", likelihood = "wishart"),
  list(model = "cfa", estimator = "MLMV", group = "school", group.equal = "loadings"),
  list(model = "cfa", estimator = "MLR", test = "yuan.bentler", group = "school",
       group.equal = c("loadings", "intercepts")),
  list(model = "cfa", estimator = "ULSMV"),
  list(model = "cfa", estimator = "WLSMV", group = "school", group.equal = "loadings"),
  list(model = "cfa", estimator = "WLSMVS"),
  list(model = "cfa", estimator = "ML", test = "browne.residual.nt", group = "school",
       group.equal = "loadings")
)

polish <- function(fit) {
  # Newton steps within the linear equalities, from lavaan's own gradient and Hessian
  m <- fit@Model; x <- lavaan:::lav_model_get_parameters(m)
  K <- if (m@eq.constraints) m@eq.constraints.K else diag(length(x))
  for (i in 1:8) {
    m <- lavaan:::lav_model_set_parameters(m, x)
    g <- lavaan:::lav_model_gradient(m, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                                     lavcache = fit@Cache, type = "free")
    H <- lavaan:::lav_model_hessian(m, lavsamplestats = fit@SampleStats, lavdata = fit@Data,
                                    lavoptions = fit@Options, lavcache = fit@Cache)
    g <- drop(t(K) %*% g)
    if (max(abs(g)) < 1e-12) break
    x <- x - drop(K %*% solve(t(K) %*% H %*% K, g))
  }
  x
}

out <- lapply(cases, function(case) {
  args <- case; args$model <- models[[case$model]]; args$data <- hs
  fun <- if (case$model == "cfa") "cfa" else "sem"
  fit <- suppressWarnings(do.call(fun, args))
  pt <- parTable(fit); x <- polish(fit)
  pt$ustart <- NULL; pt$est[pt$free > 0] <- x[pt$free[pt$free > 0]]
  args2 <- args
  args2$start <- pt; args2$fixed.x <- fit@Options$fixed.x  # start= alone would turn it off
  fit <- suppressWarnings(do.call(fun, c(args2, list(optim.method = "none",
                                                      optim.force.converged = TRUE))))
  tests <- lapply(fit@test, function(t)
    list(name = t$test, stat = t$stat, df = t$df, pvalue = t$pvalue,
         scaling_factor = t$scaling.factor, shift = t$shift.parameter,
         scaling_h1 = t$scaling.factor.h1, scaling_h0 = t$scaling.factor.h0))
  names(case) <- gsub(".", "_", names(case), fixed = TRUE)
  pe <- parTable(fit); pe <- pe[pe$free > 0, ]
  list(options = case, est = pe$est, se = pe$se, tests = unname(tests))
})
write_json(list(models = models, cases = out), "expected.json", digits = NA, auto_unbox = TRUE,
           na = "null")
