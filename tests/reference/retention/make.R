# Rules for the number of factors, written out by their definitions: R 4.2.2, psych 2.2.9.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(jsonlite)})
bfi <- read.csv("../factors/bfi.csv"); holzinger <- read.csv("../factors/holzinger.csv")

ekc <- function(e, n) {          # Braeken & van Assen (2017), eq. 2
  p <- length(e); ref <- numeric(p)
  for (j in 1:p) {
    before <- if (j > 1) sum(e[1:(j - 1)]) else 0
    ref[j] <- max((p - before) / (p - j + 1) * (1 + sqrt(p / n))^2, 1)
  }
  list(reference = ref, n = which(e <= ref)[1] - 1)
}
af <- function(e) {              # Raiche et al. (2013): the sharpest bend, factors before it
  a <- e[3:length(e)] - 2 * e[2:(length(e) - 1)] + e[1:(length(e) - 2)]
  which.max(a)
}
map <- function(R, power) {      # Velicer (1976); Velicer, Eaton & Fava (2000)
  e <- eigen(R, symmetric = TRUE); p <- ncol(R)
  loadings <- e$vectors %*% diag(sqrt(e$values))
  off <- function(M) (sum(abs(M)^power) - sum(abs(diag(M))^power)) / (p * (p - 1))
  f <- off(R)
  for (m in 1:(p - 2)) {
    A <- loadings[, 1:m, drop = FALSE]; C <- R - A %*% t(A)
    D <- diag(1 / sqrt(diag(C))); f <- c(f, off(D %*% C %*% D))
  }
  list(value = f, n = which.min(f) - 1)
}
# psych::fa stops at changes of about 1e-5, which residuals amplify: its objective, taken to the end
residual <- function(R, k) {
  rest <- function(psi) eigen(R - diag(psi), symmetric = TRUE)
  f <- function(psi) sum(rest(psi)$values[-(1:k)]^2) / 2
  g <- function(psi) { e <- rest(psi); -drop(e$vectors[, -(1:k)]^2 %*% e$values[-(1:k)]) }
  psi <- 1 - smc(R)
  for (i in 1:4) psi <- optim(psi, f, g, method = "L-BFGS-B", lower = .005, upper = 1,
    control = list(factr = 1, pgtol = 1e-12, maxit = 10000))$par
  e <- rest(psi); L <- e$vectors[, 1:k, drop = FALSE] %*% diag(sqrt(e$values[1:k]), k)
  E <- R - L %*% t(L); diag(E) <- 1; E
}
hull <- function(R, n, most) {   # Lorenzo-Seva, Timmerman & Kiers (2011), common part accounted for
  p <- ncol(R); ks <- 0:most
  df <- ((p - ks)^2 - p - ks) / 2
  fit <- sapply(ks, function(k) 1 - KMO(if (k) residual(R, k) else R)$MSA)
  keep <- seq_along(ks); again <- TRUE
  keep <- keep[c(TRUE, diff(cummax(fit)) > 0)]
  while (again && length(keep) > 2) {
    again <- FALSE
    for (i in 2:(length(keep) - 1)) {
      a <- keep[i - 1]; b <- keep[i]; c <- keep[i + 1]
      line <- fit[a] + (df[a] - df[b]) / (df[a] - df[c]) * (fit[c] - fit[a])
      if (fit[b] <= line) { keep <- keep[-i]; again <- TRUE; break }
    }
  }
  st <- rep(NA, length(ks))
  for (i in 2:(length(keep) - 1)) {
    a <- keep[i - 1]; b <- keep[i]; c <- keep[i + 1]
    st[b] <- ((fit[b] - fit[a]) / (df[a] - df[b])) / ((fit[c] - fit[b]) / (df[b] - df[c]))
  }
  list(fit = fit, df = df, st = st, n = ks[which.max(st)])
}
all <- function(x, most) { R <- cor(x, use = "pairwise"); e <- eigen(R, symmetric = TRUE)$values
  list(ekc = ekc(e, nrow(x)), af = af(e), map = map(R, 2), map4 = map(R, 4), hull = hull(R, nrow(x), most)) }
write_json(list(bfi = all(bfi, 8), holzinger = all(holzinger, 4)), "expected.json",
  digits = NA, auto_unbox = TRUE, na = "null")
