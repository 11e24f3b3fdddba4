# Effects as lavaan defines them by ":=", with delta-method errors and bootstrap intervals, and a
# latent interaction by semTools. Data are drawn here, so the R script makes everything it needs.
suppressMessages({library(lavaan); library(semTools); library(jsonlite)})
set.seed(20240611)
n <- 400
X <- rnorm(n); W <- .4 * X + rnorm(n, sd = .9)
M <- .5 * X + .3 * W + rnorm(n, sd = .8)
N <- .4 * X + rnorm(n, sd = .9)
Y <- .2 * X + .4 * M + .2 * N + .3 * W + .25 * X * W + rnorm(n, sd = .8)
items <- function(f, name, load)
  setNames(as.data.frame(sapply(load, function(l) l * f + rnorm(n, sd = .6))), paste0(name, seq_along(load)))
data <- round(cbind(items(X, "x", c(.8, .7, .8)), items(W, "w", c(.8, .8, .7)), items(M, "m", c(.8, .7, .7)),
                    items(N, "n", c(.7, .8, .8)), items(Y, "y", c(.8, .8, .7))), 4)
write.csv(data, "effects.csv", row.names = FALSE)

measured <- "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\nY =~ y1 + y2 + y3\n"
model <- paste0(measured, "
M ~ a*X + v*W
N ~ d*X
Y ~ c*X + b*M + e*N + u*W
through_M := a*b
through_N := d*e
indirect := a*b + d*e
total := c + a*b + d*e
total_W := u + v*b
contrast := a*b - d*e
share := (a*b + d*e) / (c + a*b + d*e)")
named <- c("through_M", "through_N", "indirect", "total", "total_W", "contrast", "share")
fit <- sem(model, data)
raw <- subset(parameterEstimates(fit), op == ":=")
std <- subset(standardizedSolution(fit), op == ":=")

# the standardized effects are functions of the resampled estimates, so the bootstrap is of them
set.seed(7)
draws <- bootstrapLavaan(fit, R = 1000, FUN = function(f) {
  s <- standardizedSolution(f, se = FALSE, zstat = FALSE, pvalue = FALSE, ci = FALSE)
  setNames(s$est.std[s$op == ":="], s$lhs[s$op == ":="])
})
colnames(draws) <- std$lhs
draws <- draws[complete.cases(draws), ]
percentile <- apply(draws[, named], 2, quantile, c(.025, .975), type = 6)

products <- indProd(data, var1 = c("x1", "x2", "x3"), var2 = c("w1", "w2", "w3"),
                    match = TRUE, meanC = TRUE, doubleMC = TRUE)
moderated <- paste0(measured, "X_x_W =~ x1.w1 + x2.w2 + x3.w3\nM ~ X + W\nN ~ X\nY ~ X + M + N + W + X_x_W\n")
interaction <- sem(moderated, products, estimator = "MLR", meanstructure = TRUE)
paths <- subset(parameterEstimates(interaction), lhs == "Y" & op == "~")
rownames(paths) <- paths$rhs
sd_w <- sqrt(lavInspect(interaction, "cov.lv")["W", "W"])
V <- vcov(interaction)[c("Y~X", "Y~X_x_W"), c("Y~X", "Y~X_x_W")]
at <- c(-1, 0, 1) * sd_w
slope <- paths["X", "est"] + at * paths["X_x_W", "est"]
se <- sqrt(V[1, 1] + 2 * at * V[1, 2] + at^2 * V[2, 2])
# Johnson-Neyman by searching for where |slope / se| crosses the normal quantile
gap <- function(w) {
  s <- sqrt(V[1, 1] + 2 * w * V[1, 2] + w^2 * V[2, 2])
  abs((paths["X", "est"] + w * paths["X_x_W", "est"]) / s) - qnorm(.975)
}
grid <- seq(-8, 8, by = .01) * sd_w
cross <- which(diff(sign(sapply(grid, gap))) != 0)
limits <- sapply(cross, function(k) uniroot(gap, grid[c(k, k + 1)], tol = 1e-12)$root) / sd_w

write_json(list(
  raw = setNames(lapply(named, function(k) as.list(raw[raw$lhs == k, c("est", "se", "z", "pvalue")])), named),
  std = setNames(lapply(named, function(k)
    list(est = std$est.std[std$lhs == k], se = std$se[std$lhs == k])), named),
  bootstrap = list(R = nrow(draws), lower = as.list(percentile[1, ]), upper = as.list(percentile[2, ]),
                   sd = as.list(apply(draws[, named], 2, sd))),
  moderation = list(est = paths["X_x_W", "est"], se = paths["X_x_W", "se"], pvalue = paths["X_x_W", "pvalue"],
                    slope = slope, slope_se = se, limits = limits)
), "expected_effects.json", auto_unbox = TRUE, digits = 14, pretty = TRUE)
