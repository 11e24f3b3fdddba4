# Reference values for fits of incomplete data. Run: Rscript make.R   (lavaan 0.6-14, psych 2.2.9)
# Writes the data sets with their holes beside the values, so that both sides read the same rows.
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
# nlminb with a tighter tolerance stops at once in this lavaan; BFGS from its solution polishes it
polish <- list(reltol = 1e-16, maxit = 10000)

set.seed(20261124)
hs <- HolzingerSwineford1939[, c("school", paste0("x", 1:9))]
holes <- matrix(runif(nrow(hs) * 9) < 0.12, nrow(hs), 9)
holes[, 9] <- holes[, 9] | (!is.na(hs$x1) & hs$x1 < 4 & runif(nrow(hs)) < 0.3)  # at random given x1
items <- as.matrix(hs[, 2:10]); items[holes] <- NA; items[7, ] <- NA               # one row with nothing
hs[, 2:10] <- items
write.csv(hs, "hs_holes.csv", row.names = FALSE, na = "")
one <- hs; whole <- hs$school == "Grant-White"  # gaps in one group only
one[whole, 2:10] <- HolzingerSwineford1939[whole, paste0("x", 1:9)]
write.csv(one, "hs_one.csv", row.names = FALSE, na = "")
bfi10 <- bfi[, c("gender", paste0("A", 1:5), paste0("C", 1:5))]
write.csv(bfi10, "bfi10.csv", row.names = FALSE, na = "")

hs_cfa <- "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
hs_sem <- paste0(hs_cfa, "\nspeed ~ b*visual + textual\ntextual ~ a*visual\nab := a*b")
bfi_cfa <- "agree =~ A1 + A2 + A3 + A4 + A5\nconsc =~ C1 + C2 + C3 + C4 + C5"

case <- function(name, data, file, model, ...) {
  options <- list(...)
  first <- suppressWarnings(do.call("sem", c(list(model, data = data, missing = "ml", se = "none", test = "none"), options)))
  start <- parTable(first); start$start <- start$est; start$est <- NULL
  fit <- suppressWarnings(do.call("sem", c(list(start, data = data, missing = "ml", optim.method = "BFGS", control = polish, em.h1.tol = 1e-12, em.h1.iter.max = 5000), options)))
  gradient <- as.numeric(lavTech(fit, "gradient")); constraints <- fit@Model@con.jac
  if (nrow(constraints) > 0)  # at a constrained solution only the free directions are flat
    gradient <- gradient - t(constraints) %*% solve(constraints %*% t(constraints), constraints %*% gradient)
  gradient <- max(abs(gradient)); cat(name, gradient, "\n"); stopifnot(gradient < 1e-6)
  pe <- parameterEstimates(fit, standardized = TRUE)
  fm <- suppressWarnings(fitMeasures(fit))
  h1 <- lavInspect(fit, "sampstat"); if (lavInspect(fit, "ngroups") == 1) h1 <- list(h1)
  list(name = name, file = file, model = model, options = options,
       parameters = pe, std_se = standardizedSolution(fit)[, c("est.std", "se")],
       fit_measures = as.list(unclass(fm)),
       h1 = lapply(unname(h1), function(g) list(mean = as.numeric(g$mean), cov = unname(unclass(g$cov)))),
       patterns = lavInspect(fit, "nobs"), ntotal = lavInspect(fit, "ntotal"))
}
cases <- list(
  case("hs_cfa_ml", hs, "hs_holes.csv", hs_cfa, estimator = "ML"),
  case("hs_cfa_mlr", hs, "hs_holes.csv", hs_cfa, estimator = "MLR"),
  case("hs_cfa_std_lv", hs, "hs_holes.csv", hs_cfa, estimator = "ML", std.lv = TRUE),
  case("hs_sem_ml", hs, "hs_holes.csv", hs_sem, estimator = "ML"),
  case("hs_sem_mlr", hs, "hs_holes.csv", hs_sem, estimator = "MLR"),
  case("hs_school_ml", hs, "hs_holes.csv", hs_cfa, estimator = "ML", group = "school"),
  case("hs_school_scalar_mlr", hs, "hs_holes.csv", hs_cfa, estimator = "MLR", group = "school",
       group.equal = c("loadings", "intercepts")),
  case("hs_one_school_mlr", one, "hs_one.csv", hs_cfa, estimator = "MLR", group = "school"),
  case("hs_cfa_expected", hs, "hs_holes.csv", hs_cfa, estimator = "ML", information = "expected"),
  case("bfi10_ml", bfi10, "bfi10.csv", bfi_cfa, estimator = "ML"),
  case("bfi10_mlr", bfi10, "bfi10.csv", bfi_cfa, estimator = "MLR"))
write_json(cases, "expected.json", digits = NA, auto_unbox = TRUE, na = "null", pretty = 1)
