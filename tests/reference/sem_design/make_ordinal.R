# Ordinal answers with weights as lavaan 0.6-14 treats them, and with clusters, which it ignores: there lavaan is given
# the Gamma of the rows' influences summed by cluster, made here from its own scores (muthen1984), as NACOV and WLS.V.
# Rscript make_ordinal.R (in this folder) writes expected_ordinal.json.
suppressMessages(library(lavaan))
library(jsonlite)
source("../sem/make_case.R")
rows <- read.csv("rows.csv")
for (v in c("x1", "x2", "x3", "y1", "y2")) rows[[v]] <- findInterval(rows[[v]], c(2, 3, 4.5)) + 1
rows$y1 <- 1 * (rows$y1 > 2)
holes <- rows
gone <- is.na(read.csv("rows_holes.csv")[, c("x1", "x2", "x3", "y1", "y2")])
holes[, c("x1", "x2", "x3", "y1", "y2")][gone] <- NA
write.csv(rows, "rows_ordinal.csv", row.names = FALSE)
write.csv(holes, "holes_ordinal.csv", row.names = FALSE, na = "")
datasets <- list(rows_ordinal = rows, holes_ordinal = holes)
items <- c("x1", "x2", "x3", "y1", "y2")
factors <- "f =~ x1 + x2 + x3\ng =~ y2 + y1 + y3"
paths <- paste(factors, "g ~ f + w\nf ~ w", sep = "\n")
kept <- function(name, model, data = "rows_ordinal", ..., estimator = "WLSMV")
  case(name, "sem", data, model, ordered = items, ..., estimator = estimator, detail = "moments")
cases <- list(
  kept("weights", "f =~ x1 + x2 + x3 + y2 + y1", sampling_weights = "weight"),
  kept("weights_mixed", factors, sampling_weights = "weight"),
  kept("weights_ulsmv", factors, sampling_weights = "weight", estimator = "ULSMV"),
  kept("weights_wlsm", factors, sampling_weights = "weight", estimator = "WLSM"),
  kept("weights_theta", factors, sampling_weights = "weight", parameterization = "theta"),
  kept("weights_paths", paths, sampling_weights = "weight"),
  kept("weights_groups", factors, sampling_weights = "weight", group = "region", group_equal = c("loadings", "thresholds")),
  kept("weights_by_group", factors, sampling_weights = "weight", group = "region",
       sampling_weights_normalization = "group"),
  kept("weights_none", factors, sampling_weights = "weight", sampling_weights_normalization = "none"),
  kept("weights_holes", "f =~ x1 + x2 + x3 + y2 + y1", "holes_ordinal", sampling_weights = "weight", missing = "pairwise"),
  kept("clusters", factors, cluster = "school"),
  kept("clusters_paths", paths, cluster = "school"),
  kept("clusters_ulsmv", "f =~ x1 + x2 + x3 + y2 + y1", cluster = "school", estimator = "ULSMV"),
  kept("both_groups", factors, cluster = "school", sampling_weights = "weight", group = "region", group_equal = "loadings")
)

gamma_by_cluster <- function(fit, clusters, group) {
  data <- fit@Data
  ov <- data@ov
  names <- data@ov.names[[group]]
  at <- match(names, ov$name)
  step <- lavaan:::muthen1984(Data = data@X[[group]], wt = data@weights[[group]], ov.names = names,
    ov.types = ov$type[at], ov.levels = ov$nlev[at], ov.names.x = data@ov.names.x[[group]], eXo = data@eXo[[group]],
    WLS.W = TRUE)
  A22 <- diag(1 / diag(step$A22))
  A11 <- solve(step$A11)
  inverse <- rbind(cbind(A11, matrix(0, nrow(A11), ncol(A22))), cbind(-A22 %*% step$A21 %*% A11, A22))
  influence <- step$SC %*% t(step$H %*% inverse)
  flip <- which(unlist(step$TH.IDX) == 0L)
  influence[, flip] <- -influence[, flip]
  n <- fit@SampleStats@nobs[[group]]
  stopifnot(max(abs(crossprod(influence) * n - fit@SampleStats@NACOV[[group]])) < 1e-8)
  sums <- rowsum(influence, clusters[data@case.idx[[group]]])
  crossprod(sums) * n * nrow(sums) / (nrow(sums) - 1)
}
current <- NULL
lavaan_words <- function(options) {
  names(options) <- gsub("_", ".", names(options), fixed = TRUE)
  if (is.null(options$cluster)) return(options)
  clusters <- datasets[[current$data]][[options$cluster]]
  options$cluster <- NULL
  fit <- do.call(current$call, c(list(current$model, data = datasets[[current$data]]), options))
  gammas <- lapply(seq_len(lavInspect(fit, "ngroups")), function(g) gamma_by_cluster(fit, clusters, g))
  weight <- if (options$estimator == "ULSMV") function(g) diag(nrow(g)) else function(g) diag(1 / diag(g))
  c(options, list(NACOV = gammas, WLS.V = lapply(gammas, weight)))
}
found <- lapply(cases, function(spec) { current <<- spec; run_case(spec) })
names(found) <- vapply(cases, function(case) case$name, "")
write_json(found, "expected_ordinal.json", auto_unbox = TRUE, digits = 15, na = "null", null = "null", pretty = FALSE)
