# Little's MCAR test from lavaan's EM moments, and Welch and chi-squared tests of missingness.
# Run: Rscript make.R   (in this folder)
suppressMessages({library(lavaan); library(jsonlite)})
set.seed(11)
n <- 300
f <- rnorm(n)
x <- sapply(c(.8, .7, .6, .75), function(l) round(3 + l * f + rnorm(n) * .8))
x <- pmin(pmax(x, 1), 5)
age <- round(30 + 8 * rnorm(n)); role <- sample(1:3, n, TRUE)
x[cbind(1:n, 2)[runif(n) < plogis(-2.2 + .09 * (age - 30)), , drop = FALSE]] <- NA
x[cbind(1:n, 3)[runif(n) < .10, , drop = FALSE]] <- NA
x[cbind(1:n, 4)[runif(n) < ifelse(is.na(x[, 3]), .5, .05), , drop = FALSE]] <- NA
x[7, ] <- NA                                   # an empty row
d <- as.data.frame(x); names(d) <- paste0("x", 1:4)
write.csv(cbind(d, age, role), "data.csv", row.names = FALSE, na = "")

em <- function(d) {                             # ML moments by plain EM, to machine precision
  y <- as.matrix(d); y <- y[rowSums(!is.na(y)) > 0, ]; p <- ncol(y)
  mu <- colMeans(y, na.rm = TRUE); s <- diag(apply(y, 2, var, na.rm = TRUE))
  for (it in 1:20000) {
    t1 <- numeric(p); t2 <- matrix(0, p, p)
    for (i in seq_len(nrow(y))) {
      o <- !is.na(y[i, ]); e <- y[i, ]; v <- matrix(0, p, p)
      if (any(!o)) {
        b <- s[!o, o, drop = FALSE] %*% solve(s[o, o])
        e[!o] <- mu[!o] + b %*% (y[i, o] - mu[o])
        v[!o, !o] <- s[!o, !o] - b %*% s[o, !o, drop = FALSE]
      }
      t1 <- t1 + e; t2 <- t2 + e %o% e + v
    }
    m2 <- t1 / nrow(y); s2 <- t2 / nrow(y) - m2 %o% m2
    step <- max(abs(m2 - mu), abs(s2 - s)); mu <- m2; s <- s2
    if (step < 1e-12) break
  }
  list(mu = mu, s = s, y = y)
}
little <- function(d) {
  m <- em(d); y <- m$y; key <- apply(is.na(y), 1, paste, collapse = "")
  d2 <- 0; df <- -ncol(y)
  for (k in unique(key)) {
    r <- y[key == k, , drop = FALSE]; o <- !is.na(r[1, ])
    e <- colMeans(r[, o, drop = FALSE]) - m$mu[o]
    d2 <- d2 + nrow(r) * drop(t(e) %*% solve(m$s[o, o]) %*% e); df <- df + sum(o)
  }
  list(statistic = d2, df = df, pvalue = pchisq(d2, df, lower.tail = FALSE), n = nrow(y),
       patterns = length(unique(key)))
}
m <- em(d)
# lavaan's own saturated EM moments agree with the plain EM above (its default tolerance is loose)
h1 <- lavInspect(lavCor(d, missing = "ml", output = "fit", se = "none",
                 control = list()), "sampstat")
cat("largest difference from lavaan:", max(abs(h1$cov - m$s), abs(h1$mean - m$mu)), "\n")
gap <- is.na(d$x2)
w <- t.test(age[gap], age[!gap]); q <- suppressWarnings(chisq.test(table(gap, role)))
out <- list(little = little(d), mean = m$mu, cov = m$s,
  air = little(airquality),
  welch = list(t = unname(w$statistic), df = unname(w$parameter), p = w$p.value),
  chisq = list(x2 = unname(q$statistic), df = unname(q$parameter), p = q$p.value),
  holm = p.adjust(c(w$p.value, q$p.value), "holm"))
write.csv(airquality, "airquality.csv", row.names = FALSE, na = "")
write_json(out, "expected.json", auto_unbox = TRUE, digits = 14, pretty = TRUE)
