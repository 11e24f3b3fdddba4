# One case: fit as tightly as lavaan can, then collect everything it says about the fit.

# lavaan's optimizer stops (rel.tol = 1e-10) some 1e-7 short of a zero gradient, and calls a tighter
# rule a failure. So its solution is carried on by Newton steps on lavaan's own gradient (Hessian by
# central differences, along linear equality constraints), and lavaan is called again at the point
# reached with optim.method = "none". Models with nonlinear or inequality constraints are only refitted.

gradient_at <- function(fit, x) {
  model <- lavaan:::lav_model_set_parameters(fit@Model, x)
  as.numeric(lavaan:::lav_model_gradient(lavmodel = model, lavsamplestats = fit@SampleStats,
    lavdata = fit@Data, lavcache = fit@Cache, type = "free", group.weight = TRUE))
}

free_values <- function(fit) lavaan:::lav_model_get_parameters(fit@Model, type = "free")

directions <- function(fit) {
  if (fit@Model@eq.constraints) fit@Model@eq.constraints.K else diag(length(free_values(fit)))
}

newton <- function(fit) {
  x <- free_values(fit)
  K <- directions(fit)
  for (step in 1:8) {
    g <- drop(crossprod(K, gradient_at(fit, x)))
    if (max(abs(g)) < 1e-13) break
    h <- 1e-5
    hessian <- sapply(seq_len(ncol(K)), function(j)
      drop(crossprod(K, gradient_at(fit, x + h * K[, j]) - gradient_at(fit, x - h * K[, j]))) / (2 * h))
    x <- x - drop(K %*% solve((hessian + t(hessian)) / 2, g))
  }
  x
}

beyond_newton <- function(fit) length(fit@Model@x.cin.idx) > 0 || length(fit@Model@ceq.nonlinear.idx) > 0

fit_tightly <- function(call, model, arguments) {
  fit <- do.call(call, c(list(model), arguments))
  if (!lavInspect(fit, "converged") || beyond_newton(fit)) return(fit)
  start <- fit
  free <- start@ParTable$free > 0
  start@ParTable$est[free] <- newton(fit)[start@ParTable$free[free]]
  arguments$fixed.x <- fit@Options$fixed.x   # a given start makes lavaan forget its default in path models
  polished <- do.call(call, c(list(model, start = start, optim.method = "none"), arguments))
  stopifnot(max(abs(free_values(polished) - start@ParTable$est[free])) < 1e-10)
  # "none" leaves no verdict of its own, so the gradient gives it
  polished@optim$converged <- largest_gradient(polished) < 1e-7
  polished
}

largest_gradient <- function(fit) {
  if (beyond_newton(fit)) return(NA)
  max(abs(crossprod(directions(fit), gradient_at(fit, free_values(fit)))))
}

snake <- function(names) gsub(".", "_", names, fixed = TRUE)

number <- function(x) {
  x <- as.numeric(x)
  x[is.infinite(x)] <- NA
  x
}

try_or_null <- function(expression) tryCatch(suppressWarnings(expression), error = function(e) NULL)

lower_triangle <- function(m) number(m[lower.tri(m, diag = TRUE)])   # column by column

per_group <- function(fit, x) if (lavInspect(fit, "ngroups") > 1) x else list(x)

rows_of <- function(frame, keys, numbers) {
  frame <- as.data.frame(frame)
  out <- lapply(intersect(keys, names(frame)), function(k) I(frame[[k]]))
  names(out) <- intersect(keys, names(frame))
  for (k in intersect(numbers, names(frame))) out[[snake(k)]] <- I(number(frame[[k]]))
  out
}

collect <- function(fit, detail) {
  estimates <- parameterEstimates(fit, standardized = TRUE, remove.system.eq = FALSE, remove.eq = FALSE,
                                  remove.ineq = FALSE, remove.def = FALSE)
  standard <- try_or_null(standardizedSolution(fit, remove.eq = FALSE, remove.ineq = FALSE, remove.def = FALSE))
  measures <- try_or_null(fitMeasures(fit))
  out <- list(
    gradient_max = largest_gradient(fit),
    converged = lavInspect(fit, "converged"),
    parameters = rows_of(estimates, c("lhs", "op", "rhs", "group", "label"),
      c("est", "se", if (detail == "full") c("z", "pvalue", "ci.lower", "ci.upper"), "std.lv", "std.all", "std.nox")),
    standardized = rows_of(standard, c("lhs", "op", "rhs", "group"), c("est.std", "se")),
    fit_measures = as.list(setNames(number(measures), snake(names(measures)))),
    tests = tests_of(fit)
  )
  if (detail %in% c("full", "moments")) out <- c(out, details(fit))
  if (detail == "full") out$vcov <- I(lower_triangle(vcov(fit)))
  out
}

tests_of <- function(fit) {
  lapply(unname(lavInspect(fit, "test")), function(test) list(
    test = test$test, stat = number(test$stat), df = number(test$df), pvalue = number(test$pvalue),
    scaling_factor = number(test$scaling.factor), shift = number(test$shift.parameter),
    trace_ugamma = number(test$trace.UGamma), trace_ugamma2 = number(test$trace.UGamma2),
    stat_group = I(number(test$stat.group))
  ))
}

details <- function(fit) {
  implied <- per_group(fit, fitted(fit))
  residual <- function(type) {
    found <- try_or_null(residuals(fit, type = type))
    if (is.null(found)) return(NULL)
    lapply(unname(per_group(fit, found)), function(g) list(
      cov = I(lower_triangle(g$cov)), mean = if (is.null(g$mean)) NULL else I(number(g$mean))))
  }
  scores <- function(method) {
    found <- try_or_null(lavPredict(fit, method = method))
    if (is.null(found)) return(NULL)
    lapply(unname(per_group(fit, found)), function(g) list(
      names = I(colnames(g)), first = lapply(1:5, function(i) I(number(g[i, ])))))
  }
  indices <- try_or_null(modindices(fit, sort. = TRUE, maximum.number = 10L))
  r2 <- try_or_null(lavInspect(fit, "rsquare"))
  list(
    observed = I(lavNames(fit, "ov")),
    implied = lapply(unname(implied), function(g) list(
      cov = I(lower_triangle(g$cov)), mean = if (is.null(g$mean)) NULL else I(number(g$mean)))),
    residuals = list(raw = residual("raw"), cor_bentler = residual("cor.bentler"), cor_bollen = residual("cor.bollen"),
      normalized = residual("normalized"), standardized = residual("standardized")),
    modification = if (is.null(indices)) NULL else rows_of(indices, c("lhs", "op", "rhs", "group"),
      c("mi", "epc", "sepc.lv", "sepc.all")),
    scores = if (length(lavNames(fit, "lv")) == 0) NULL else list(regression = scores("regression"), bartlett = scores("Bartlett")),
    r_squared = if (is.null(r2)) NULL else lapply(unname(per_group(fit, r2)), function(g) as.list(unclass(g))),
    latent_correlations = if (length(lavNames(fit, "lv")) == 0) NULL else
      lapply(unname(per_group(fit, lavInspect(fit, "cor.lv"))), function(g) I(lower_triangle(g)))
  )
}

# case(name, call, data, model, options, detail, extra): options in snake_case; extra(fit) adds further numbers.
case <- function(name, call, data, model, ..., detail = "core", extra = NULL, moments = NULL) {
  list(name = name, call = call, data = data, model = model, options = list(...), detail = detail,
       extra = extra, moments = moments)
}

lavaan_words <- function(options) {
  names(options) <- gsub("_", ".", names(options), fixed = TRUE)
  options
}

run_case <- function(spec) {
  arguments <- lavaan_words(spec$options)
  moments <- NULL
  if (is.null(spec$moments)) {
    arguments$data <- datasets[[spec$data]]
  } else {
    moments <- spec$moments
    arguments$sample.cov <- moments$cov
    arguments$sample.nobs <- moments$n
    if (!is.null(moments$mean)) arguments$sample.mean <- moments$mean
  }
  fit <- tryCatch(suppressWarnings(fit_tightly(spec$call, spec$model, arguments)), error = function(e) {
    message("skipped ", spec$name, ": ", conditionMessage(e))
    NULL
  })
  if (is.null(fit)) return(NULL)
  if (!lavInspect(fit, "converged")) {
    message("not converged, left out: ", spec$name)
    return(NULL)
  }
  if (lavInspect(fit, "options")$se != "none" && anyNA(parTable(fit)$se)) {
    message("not identified, left out: ", spec$name)
    return(NULL)
  }
  head <- list(name = spec$name, call = spec$call, data = spec$data, model = spec$model,
               options = if (length(spec$options)) spec$options else setNames(list(), character()))
  if (!is.null(moments)) {
    head$moments <- list(names = I(rownames(moments$cov)), cov = I(lower_triangle(moments$cov)), n = moments$n,
                         mean = if (is.null(moments$mean)) NULL else I(number(moments$mean)))
  }
  out <- c(head, collect(fit, spec$detail))
  if (!is.null(spec$extra)) out <- c(out, spec$extra(fit))
  out
}
