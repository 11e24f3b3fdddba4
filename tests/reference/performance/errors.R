# Errors of shrunken means that allow for not knowing the variance between units, by base R's integrate().
# Reads the cases of expected.json (make.R). Run: Rscript errors.R
library(jsonlite)
cases <- fromJSON("expected.json", simplifyDataFrame = FALSE)$shrinkage
cases[[length(cases) + 1]] <- list(y = c(52, 61, 66), psi = c(9, 4, 25))    # three units: flat in tau
cases[[length(cases) + 1]] <- list(y = c(52, 61, 66, 60), psi = c(9, 4, 25, 1))
found <- lapply(cases, function(case) {
  y <- case$y; psi <- case$psi; k <- length(y)
  given <- function(a) {   # what is known if the variance between units is a
    w <- 1 / (a + psi); mu <- sum(w * y) / sum(w); b <- a * w
    list(l = .5 * (sum(log(w)) - log(sum(w)) - sum(w * (y - mu)^2)), m = b * y + (1 - b) * mu,
         v = b * psi + (1 - b)^2 / sum(w))
  }
  prior <- function(a) if (k == 3) -.5 * log(a) else 0
  top <- optimize(function(s) given(exp(s))$l + prior(exp(s)), c(-20, 12), maximum = TRUE)$objective
  # over s = log(a), in pieces, so that no narrow peak is stepped over
  total <- function(f) {
    g <- function(s) sapply(s, function(one) { a <- exp(one); exp(given(a)$l + prior(a) - top + one) * f(a) })
    at <- seq(-40, 60, by = 2)
    sum(mapply(function(l, u) integrate(g, l, u, rel.tol = 1e-11, abs.tol = 0, stop.on.error = FALSE)$value, head(at, -1), tail(at, -1)))
  }
  z <- total(function(a) 1)
  m <- sapply(1:k, function(j) total(function(a) given(a)$m[j]) / z)
  v <- sapply(1:k, function(j) total(function(a) { g <- given(a); g$v[j] + (g$m[j] - m[j])^2 }) / z)
  list(y = y, psi = psi, mean = m, variance = v)
})
write(toJSON(found, digits = I(17), auto_unbox = TRUE), "errors.json")
