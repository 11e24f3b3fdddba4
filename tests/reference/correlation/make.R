# Writes the reference values for ecosurvey.correlation: lavaan 0.6-14 and psych.
# Run from this folder:  Rscript make.R
suppressMessages({library(lavaan); library(psych); library(jsonlite)})
options(digits = 17)
write_json17 <- function(x, file) write_json(x, file, digits = 17, auto_unbox = TRUE, null = "null", na = "null")

data(bfi, package = "psychTools")
full <- bfi[complete.cases(bfi[, c(1:15, 26, 28)]), ]
set.seed(20240501)

sets <- list()
# six-point items, all answered
sets$bfi <- list(data = head(full[, c(paste0("A", 1:5), paste0("C", 1:5))], 800), ordered = TRUE)
# real gaps, each pair from the rows where both are answered
holes <- bfi[, c(paste0("N", 1:5), paste0("O", 1:3))]
sets$bfi_holes <- list(data = head(holes[rowSums(is.na(holes)) < 8, ], 700), ordered = TRUE, missing = "pairwise")
# few rows, many categories: empty cells
sets$sparse <- list(data = head(full[, paste0("E", 1:5)], 60), ordered = TRUE)
# two categories, some tables with one empty cell
latent <- matrix(rnorm(90 * 4), 90) %*% chol(0.3 + 0.7 * diag(4)) * 1
two <- as.data.frame(1 * (latent > matrix(c(0.1, 1.3, -1.2, 0), 90, 4, byrow = TRUE)))
two$V2[two$V1 == 0] <- 0
names(two) <- paste0("b", 1:4)
sets$binary <- list(data = two, ordered = TRUE)
# different numbers of categories, and continuous variables
mixed <- head(full[, c("A1", "A2", "C1", "education", "age")], 500)
mixed$A2 <- pmin(mixed$A2, 3); mixed$C1 <- 1 * (mixed$C1 > 4)
set.seed(3)
mixed$score <- 0.3 * mixed$A1 - 0.2 * mixed$C1 + rnorm(500)
sets$mixed <- list(data = mixed, ordered = c("A1", "A2", "C1"))
mixed_holes <- mixed
for (v in 1:6) mixed_holes[sample(500, 20 + 5 * v), v] <- NA
sets$mixed_holes <- list(data = mixed_holes, ordered = c("A1", "A2", "C1"), missing = "pairwise")
# everything given two covariates
given <- head(full[, c("A1", "A2", "A3", "C1", "gender", "age", "C5")], 400)
given$A3 <- pmin(given$A3, 4); given$C1 <- 1 * (given$C1 > 4); given$age <- given$age / 10
set.seed(4)
given$score <- 0.2 * given$age + 0.2 * given$A1 + rnorm(400)
given <- given[, c("A1", "A2", "A3", "C1", "C5", "score", "gender", "age")]
sets$conditional <- list(data = given, ordered = c("A1", "A2", "A3", "C1", "C5"), x = c("gender", "age"))

one <- function(name, s) {
  d <- s$data
  write.csv(d, paste0(name, ".csv"), row.names = FALSE, na = "")
  y <- setdiff(names(d), s$x)
  ordered <- if (isTRUE(s$ordered)) y else s$ordered
  missing <- if (is.null(s$missing)) "listwise" else s$missing
  # a saturated model of all variables; only its sample statistics are read
  model <- c(unlist(lapply(seq_len(length(y) - 1), function(i)
    paste(y[i], "~~", paste(y[(i + 1):length(y)], collapse = " + ")))),
    if (length(s$x)) paste(y, "~", paste(s$x, collapse = " + ")))
  fit <- suppressWarnings(lavaan(paste(model, collapse = "\n"), data = d, ordered = ordered, missing = missing,
    estimator = "WLSMV", auto.var = TRUE, auto.th = TRUE, auto.delta = TRUE, int.ov.free = TRUE,
    meanstructure = TRUE, fixed.x = TRUE, conditional.x = length(s$x) > 0, do.fit = FALSE))
  stats <- lavInspect(fit, "sampstat")
  gamma <- lavInspect(fit, "gamma")
  samp <- fit@SampleStats
  wls_obs <- samp@WLS.obs[[1]]
  out <- list(ordered = ordered, x = s$x, missing = missing, variables = fit@Data@ov.names[[1]], n = samp@nobs[[1]],
    statistics = as.numeric(wls_obs), threshold_of = samp@th.idx[[1]],
    gamma_diagonal = as.numeric(diag(gamma)),
    gamma_rows = lapply(seq(1, nrow(gamma), length.out = min(12, nrow(gamma))), function(i) as.numeric(gamma[round(i), ])),
    gamma_row_numbers = round(seq(1, nrow(gamma), length.out = min(12, nrow(gamma)))))
  if (name %in% c("bfi", "sparse", "binary")) {
    p <- suppressWarnings(suppressMessages(psych::polychoric(d, correct = 0, smooth = FALSE)))
    out$psych <- unname(apply(p$rho, 1, as.numeric, simplify = FALSE))
  }
  if (is.null(s$x) && missing == "listwise") {
    out$lavcor <- unname(apply(unclass(suppressWarnings(lavCor(d, ordered = ordered))), 1, as.numeric, simplify = FALSE))
  }
  write_json17(out, paste0("expected_", name, ".json"))
}
for (name in names(sets)) one(name, sets[[name]])
