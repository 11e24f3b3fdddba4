# Exploratory blocks inside models (ESEM), by lavaan 0.6-14.
# Run in this folder:  Rscript make.R   -> expected.json
#
# Rotations end in lavaan at a projected gradient of 1e-5 (and hardly get below it); each is carried on
# here by Newton steps to its stationary point. Standard errors are
# lavaan's own ("bordered"), with one mistake of 0.6-14 mended where it matters (`exact`): its
# conditions of stationarity divide loadings by standard deviations that leave out the factors'
# correlations, and so do not hold at its own oblique solution when std.ov = TRUE. The conditions
# are written anew below and put in the place of lavaan's; everything else is lavaan's code.
# `se` holds what lavaan prints, `exact` the mended errors.
suppressMessages(library(lavaan))
library(jsonlite)

hs <- read.csv("../sem_post/hs.csv")
gaps <- read.csv("../sem_post/hs_gaps.csv")
bfi <- read.csv("../sem/data/bfi.csv")
source("../sem/make_case.R")  # fit_tightly

geomin <- function(L, eps = 0.001) {
  s <- L^2 + eps
  (2 / ncol(L)) * L / s * exp(rowMeans(log(s)))
}
oblimin <- function(L, ...) { s <- L^2; L * (rowSums(s) - s) }
varimax_slope <- function(L, ...) {
  s <- L^2
  -L * (s - rep(colMeans(s), each = nrow(s)))
}
towards <- NULL
slopes <- list(geomin = geomin, oblimin = oblimin, quartimin = oblimin, quartimax = oblimin,
               varimax = varimax_slope, target = function(L, ...) 2 * (L - towards),
               pst = function(L, ...) { d <- 2 * (L - towards); d[is.na(d)] <- 0; d })

conditions <- function(x, lavmodel = NULL, lavoptions = NULL, lavpartable = NULL) {
  model <- lavaan:::lav_model_set_parameters(lavmodel, x = x)
  est <- model@GLIST
  per <- length(est) / model@ngroups
  found <- numeric(0)
  for (g in seq_len(model@ngroups)) for (set in seq_len(model@nefa)) {
    M <- est[(g - 1) * per + seq_len(per)]
    names(M) <- names(est)[(g - 1) * per + seq_len(per)]
    items <- model@ov.efa.idx[[g]][[set]]
    factors <- model@lv.efa.idx[[g]][[set]]
    if (length(factors) < 2) next
    A <- M$lambda[items, factors, drop = FALSE]
    phi <- M$psi[factors, factors]
    shared <- rowSums((A %*% phi) * A)
    if (lavoptions$rotation.args$std.ov) {
      size <- sqrt(shared + diag(M$theta)[items])
      A <- A / size
      shared <- shared / size^2
    }
    if (lavoptions$rotation.args$row.weights == "kaiser") A <- A / sqrt(shared)
    Z <- crossprod(A, slopes[[lavoptions$rotation]](A, lavoptions$rotation.args$geomin.epsilon))
    off <- if (lavoptions$rotation.args$orthogonal) (Z - t(Z))[lower.tri(Z)]
           else { D <- Z - diag(Z) * phi; c(D[lower.tri(D)], D[upper.tri(D)]) }
    found <- c(found, off)
  }
  found
}
lavaans <- lavaan:::lav_model_efa_rotate_border_x
put <- function(f) assignInNamespace("lav_model_efa_rotate_border_x", f, "lavaan")

gpa <- lavaan:::lav_matrix_rotate_gpa
to_the_end <- function(A, orthogonal = FALSE, init.ROT = NULL, method.fname, method.args = list(), ...) {
  start <- gpa(A = A, orthogonal = orthogonal, init.ROT = init.ROT, method.fname = method.fname,
               method.args = method.args, ...)
  m <- ncol(A)
  slope <- slopes[[sub("lav_matrix_rotate_", "", method.fname)]]
  turned <- function(z, at) {
    if (orthogonal) {
      S <- matrix(0, m, m); S[lower.tri(S)] <- z; S <- S - t(S)
      return(at %*% solve(diag(m) - S / 2, diag(m) + S / 2))
    }
    at + matrix(z, m, m)
  }
  off <- function(z, at) {
    ROT <- turned(z, at)
    L <- A %*% solve(t(ROT))
    Z <- crossprod(L, slope(L, method.args$geomin.epsilon))
    if (orthogonal) return((Z - t(Z))[lower.tri(Z)])
    D <- Z - diag(Z) * crossprod(ROT)
    c(D[lower.tri(D)], D[upper.tri(D)], colSums(ROT^2) - 1)
  }
  ROT <- start; attr(ROT, "info") <- NULL
  zero <- numeric(if (orthogonal) m * (m - 1) / 2 else m * m)
  for (step in 1:5)
    ROT <- turned(-solve(numDeriv::jacobian(off, zero, at = ROT), off(zero, ROT)), ROT)
  info <- attr(start, "info")
  info$method.value <- as.numeric(do.call(get(method.fname, asNamespace("lavaan")),
    c(list(LAMBDA = A %*% solve(t(ROT))), method.args)))
  attr(ROT, "info") <- info
  if (max(abs(ROT - start)) > 0.01) start else ROT
}
assignInNamespace("lav_matrix_rotate_gpa", to_the_end, "lavaan")

nine <- "efa(\"all\")*f1 + efa(\"all\")*f2 + efa(\"all\")*f3 =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9"
six <- "efa(\"two\")*f1 + efa(\"two\")*f2 =~ x1 + x2 + x3 + x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
paths <- paste0(six, "\nspeed ~ a*f1 + b*f2\nf1 + f2 ~ ageyr\nageyr ~~ ageyr\ndifference := a - b")
observed <- paste0("efa(\"two\")*f1 + efa(\"two\")*f2 =~ x1 + x2 + x3 + x4 + x5 + x6\nx9 ~ f1 + f2 + x7\nx2 ~~ x3")
sets <- "efa(\"one\")*f1 + efa(\"one\")*f2 =~ A1 + A2 + A3 + A4 + A5 + C1 + C2 + C3 + C4 + C5
efa(\"two\")*g1 + efa(\"two\")*g2 =~ E1 + E2 + E3 + E4 + E5 + N1 + N2 + N3 + N4 + N5
g1 + g2 ~ f1 + f2"
aim <- cbind(rep(c(.7, 0, 0), each = 3), rep(c(0, .8, 0), each = 3), rep(c(0, 0, .6), each = 3))
part <- aim; part[part != 0] <- NA

cases <- list(
  geomin = list(nine, "hs", delta = TRUE),
  geomin_wide = list(nine, "hs", args = list(geomin.epsilon = .01)),
  geomin_raw = list(nine, "hs", args = list(std.ov = FALSE)),
  geomin_orthogonal = list(nine, "hs", args = list(orthogonal = TRUE)),
  oblimin = list(nine, "hs", rotation = "oblimin"),
  oblimin_sorted = list(nine, "hs", rotation = "oblimin", args = list(order.lv.by = "sumofsquares")),
  varimax = list(nine, "hs", delta = TRUE, rotation = "varimax"),
  quartimax = list(nine, "hs", rotation = "quartimax", args = list(orthogonal = TRUE)),
  target = list(nine, "hs", rotation = "target", args = list(target = aim, rstarts = 200L), slope = aim),
  target_partial = list(nine, "hs", rotation = "target", args = list(target = part, rstarts = 200L), slope = part),
  none = list(nine, "hs", rotation = "none"),
  mlr = list(nine, "hs", delta = TRUE, estimator = "MLR"),
  means = list(nine, "hs", meanstructure = TRUE),
  fiml = list(nine, "gaps", missing = "fiml"),
  fiml_mlr = list(nine, "gaps", missing = "fiml", estimator = "MLR"),
  beside = list(six, "hs", delta = TRUE),
  beside_std = list(six, "hs", std.lv = TRUE, estimator = "MLR"),
  paths = list(paths, "hs", delta = TRUE),
  paths_mlr = list(paths, "hs", delta = TRUE, estimator = "MLR", rotation = "oblimin"),
  observed = list(observed, "hs", delta = TRUE),
  two_sets = list(sets, "bfi", estimator = "MLR"),
  groups = list(sub("\\nspeed.*", "", six), "hs", group = "school")
)

found <- lapply(cases, function(case) {
  rest <- case[setdiff(names(case), c("", "args", "slope", "rotation", "delta"))]
  rotation <- if (is.null(case$rotation)) "geomin" else case$rotation
  towards <<- case$slope
  tight <- fit_tightly("sem", case[[1]], c(list(data = get(case[[2]]), rotation = "none"), rest))
  call <- function(f) {
    put(f)
    set.seed(1)
    do.call("sem", c(list(case[[1]], get(case[[2]]), rotation = rotation, start = tight, optim.method = "none",
      fixed.x = tight@Options$fixed.x,
      rotation.args = modifyList(list(rstarts = 20L), as.list(case$args))), rest))
  }
  fit <- call(lavaans)
  fit@optim$converged <- TRUE  # the gradient of `tight` is zero
  fits <- list(printed = fit, exact = call(conditions))
  set.seed(1)
  printed <- parameterEstimates(fits$printed, standardized = TRUE)
  exact <- parameterEstimates(fits$exact, standardized = TRUE)
  # the delta method, by derivatives of lavaan's whole rotation of the unrotated solution
  turn <- function(x) lavaan:::lav_model_efa_rotate_x(x, lavmodel = tight@Model, lavoptions = fit@Options,
    init.rot = fit@Model@H, type = "user")
  J <- if (!isTRUE(case$delta)) NULL else
    numDeriv::jacobian(turn, free_values(tight))
  delta <- if (is.null(J)) rep(NA, nrow(exact)) else {
    found <- sqrt(diag(J %*% lavInspect(tight, "vcov") %*% t(J)))
    c(found[seq_len(sum(exact$op != ":="))], rep(NA, sum(exact$op == ":=")))
  }
  rows <- data.frame(exact[c("lhs", "op", "rhs")], group = if (is.null(exact$group)) 1 else exact$group,
    est = exact$est, exact = exact$se, delta = delta, se = printed$se, std.all = exact$std.all, std.lv = exact$std.lv)
  apart <- max(abs(printed$est - exact$est))
  cat(sprintf("%-18s chisq %.6f df %g  apart %.1e  errors apart %.1e, delta %.1e\n", rotation, fitMeasures(fit, "chisq"),
    fitMeasures(fit, "df"), apart, max(abs(printed$se - exact$se), na.rm = TRUE), max(abs(delta - exact$se), na.rm = TRUE)))
  mi <- tryCatch(modindices(fit, sort. = TRUE, maximum.number = 5), error = function(e) NULL)
  list(model = case[[1]], data = case[[2]], rotation = rotation, args = case$args, options = rest,
       rows = rows, measures = as.list(fitMeasures(fit)), r2 = as.list(unlist(lavInspect(fit, "rsquare"))),
       unrotated = fit@ParTable$est.unrotated, modification = mi)
})
put(lavaans)
write(toJSON(found, digits = 15, auto_unbox = TRUE, na = "null", matrix = "rowmajor"), "expected.json")
