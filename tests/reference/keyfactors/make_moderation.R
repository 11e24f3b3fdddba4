# A latent interaction in a weighted sample drawn by schools: products of items centred twice at their weighted
# means (semTools 0.5-6 centres at plain means only), then lavaan with sampling.weights and cluster.
# Rscript make_moderation.R (in this folder) reads effects.csv, writes effects_design.csv and expected_moderation.json.
suppressMessages({library(lavaan); library(jsonlite)})
data <- read.csv("effects.csv")
set.seed(20261126)
design <- data.frame(weight = round(exp(.4 * data$w1 + rnorm(nrow(data), sd = .3)), 4),
                     school = sample(rep(1:100, length.out = nrow(data))))
write.csv(design, "effects_design.csv", row.names = FALSE)
data <- cbind(data, design)

measured <- "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\nY =~ y1 + y2 + y3\n"
model <- paste0(measured, "P =~ p1 + p2 + p3\nM ~ X + W\nN ~ X\nY ~ X + M + N + W + P\n")
one <- function(data, weights = NULL, cluster = NULL, missing = "listwise") {
  w <- if (is.null(weights)) rep(1, nrow(data)) else data[[weights]]
  centred <- function(v) v - weighted.mean(v, w * !is.na(v), na.rm = TRUE)
  for (k in 1:3) data[[paste0("p", k)]] <- centred(centred(data[[paste0("x", k)]]) * centred(data[[paste0("w", k)]]))
  fit <- sem(model, data, estimator = "MLR", sampling.weights = weights, cluster = cluster,
             missing = missing, em.h1.iter.max = 5000L, em.h1.tol = 1e-12)
  paths <- subset(parameterEstimates(fit), lhs == "Y" & op == "~")
  rownames(paths) <- paths$rhs
  sd_w <- sqrt(lavInspect(fit, "cov.lv")["W", "W"])
  V <- vcov(fit)[c("Y~X", "Y~P"), c("Y~X", "Y~P")]
  at <- c(-1, 0, 1) * sd_w
  list(est = paths["P", "est"], se = paths["P", "se"], pvalue = paths["P", "pvalue"],
       slope = paths["X", "est"] + at * paths["P", "est"],
       slope_se = sqrt(V[1, 1] + 2 * at * V[1, 2] + at^2 * V[2, 2]),
       chisq_scaled = fitMeasures(fit, "chisq.scaled")[[1]])
}
holes <- data
for (name in c("x2", "w3", "y1")) holes[sample(nrow(data), 30), name] <- NA
gaps <- lapply(setNames(c("x2", "w3", "y1"), c("x2", "w3", "y1")), function(name) which(is.na(holes[[name]])) - 1)
write_json(list(
  weights = one(data, "weight"),
  clusters = one(data, NULL, "school"),
  both = one(data, "weight", "school"),
  both_fiml = one(holes, "weight", "school", "ml"),
  gaps = gaps
), "expected_moderation.json", auto_unbox = TRUE, digits = 14, pretty = TRUE)
