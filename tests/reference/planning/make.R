# Power by semTools 0.5-6, and by lavaan from population moments (Satorra and Saris).
# Rscript make.R   writes expected.json beside it
suppressPackageStartupMessages({library(lavaan); library(semTools); library(jsonlite)})

grid <- expand.grid(df = c(1, 5, 50, 100, 650), n = c(100, 200, 500),
                    pair = 1:4, groups = c(1, 2))
pairs <- list(c(.05, .08), c(.05, .01), c(0, .05), c(.08, .05))
rmsea <- lapply(seq_len(nrow(grid)), function(i) {
  g <- grid[i, ]; p <- pairs[[g$pair]]
  list(df = g$df, n = g$n, null = p[1], alternative = p[2], groups = g$groups,
       power = findRMSEApower(p[1], p[2], g$df, g$n, group = g$groups))
})

sizes <- lapply(list(c(.05, .08, 50, .8, 1), c(.05, .08, 100, .9, 1), c(.08, .05, 50, .8, 1),
                     c(0, .05, 20, .8, 2), c(.05, .08, 5, .8, 1), c(.05, .01, 30, .8, 1)),
  function(s) list(null = s[1], alternative = s[2], df = s[3], power = s[4], groups = s[5],
                   n = s[5] * findRMSEAsamplesize(s[1], s[2], s[3], s[4], group = s[5])))

nested <- lapply(list(c(.06, .04, 22, 20, 200, 1), c(.08, .05, 60, 50, 300, 1), c(.06, .05, 100, 96, 400, 2)),
  function(s) list(alternative = s[1:2], df = s[3:4], n = s[5], groups = s[6],
                   power = findRMSEApowernested(rmsea1A = s[1], rmsea1B = s[2], dfA = s[3], dfB = s[4],
                                                n = s[5], group = s[6])))

# width of the RMSEA's interval, by uniroot on pchisq
width <- function(df, n, e, level, g) {
  T <- df + (n - 1) * df * e^2 / g
  lim <- function(share) {
    if (pchisq(T, df) <= share) return(0)
    l <- uniroot(function(l) pchisq(T, df, ncp = l) - share, c(0, 20 * T + 100), tol = 1e-11)$root
    sqrt(g * l / (df * (n - 1)))
  }
  lim((1 - level) / 2) - lim((1 + level) / 2)
}
widths <- lapply(list(c(50, 200, .05, .90, 1), c(5, 150, .03, .90, 1), c(120, 600, .06, .95, 2)),
  function(s) list(df = s[1], n = s[2], rmsea = s[3], level = s[4], groups = s[5],
                   width = width(s[1], s[2], s[3], s[4], s[5])))

# Satorra and Saris: the model without the effect, fitted to the population's moments
path <- "f =~ .8*x1 + .7*x2 + .6*x3; g =~ .7*y1 + .7*y2 + .8*y3
  x1 ~~ .36*x1; x2 ~~ .51*x2; x3 ~~ .64*x3; y1 ~~ .51*y1; y2 ~~ .51*y2; y3 ~~ .36*y3
  f ~~ 1*f; g ~ .2*f; g ~~ .96*g"
null <- "f =~ x1 + x2 + x3; g =~ y1 + y2 + y3; g ~ 0*f"
one <- SSpower(powerModel = null, n = 250, nparam = 1, popModel = path, std.lv = TRUE)

# (these are moments of a population, so lavaan must not rescale them by (n - 1)/n)
# two groups with equal loadings and intercepts: a latent mean of 0.3, and one intercept of 0.25
L <- matrix(c(.8, .7, .6, .7), 4, 1)
S <- L %*% t(L); diag(S) <- 1
nm <- paste0("x", 1:4); dimnames(S) <- list(nm, nm)
m1 <- setNames(rep(0, 4), nm); m2 <- setNames(as.numeric(L * .3), nm)
two <- "f =~ x1 + x2 + x3 + x4"
means <- SSpower(powerModel = two, n = c(200, 150), nparam = 1, Sigma = list(S, S), mu = list(m1, m2), fun = "cfa",
                 group.equal = c("loadings", "intercepts", "means"), sample.cov.rescale = FALSE)
m3 <- m2; m3["x2"] <- m3["x2"] + .25
drift <- SSpower(powerModel = two, n = c(200, 150), nparam = 3, Sigma = list(S, S), mu = list(m1, m3), fun = "cfa",
                 group.equal = c("loadings", "intercepts"), sample.cov.rescale = FALSE)

write_json(list(rmsea = rmsea, sizes = sizes, nested = nested, widths = widths,
                population = list(path = one, means = means, drift = drift)),
           "expected.json", digits = NA, auto_unbox = TRUE)
