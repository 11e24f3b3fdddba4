# Reference values of cross-loadings: base R's cor of items with row sums, psych 2.2.9's r.drop and
# paired.r, lavaan 0.6-14's loadings and latent correlations. R 4.2.2.
# Run in this folder: Rscript make.R
suppressMessages({library(psych); library(lavaan); library(jsonlite)})
bfi <- read.csv("../factors/bfi.csv"); holzinger <- read.csv("../factors/holzinger.csv")
for (i in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) bfi[[i]] <- 7 - bfi[[i]]
bfi <- na.omit(bfi)
scales <- list(
  bfi = lapply(c(A = "A", C = "C", E = "E", N = "N", O = "O"), function(s) paste0(s, 1:5)),
  holzinger = list(visual = c("x1", "x2", "x3"), textual = c("x4", "x5", "x6"), speed = c("x7", "x8", "x9")))
m <- function(x) unname(as.matrix(x))

crossed <- function(x, keys, corrected) {
  items <- unlist(keys, use.names = FALSE)
  sapply(names(keys), function(s) sapply(items, function(i) {
    others <- if (corrected) setdiff(keys[[s]], i) else keys[[s]]
    cor(x[[i]], rowSums(x[others]))
  }))
}
tested <- function(x, keys) {   # each item: own construct's rest against the nearest other score
  do.call(rbind, lapply(names(keys), function(s) do.call(rbind, lapply(keys[[s]], function(i) {
    rest <- rowSums(x[setdiff(keys[[s]], i)])
    others <- setdiff(names(keys), s)
    r <- sapply(others, function(o) cor(x[[i]], rowSums(x[keys[[o]]])))
    k <- which.max(abs(r)); score <- sign(r[k]) * rowSums(x[keys[[others[k]]]])
    t <- paired.r(cor(x[[i]], rest), cor(x[[i]], score), cor(rest, score), nrow(x))
    data.frame(closest = others[k], t = t$t, p = t$p)
  }))))
}
ranked <- function(x, keys) {   # sums of standardized ranks
  z <- as.data.frame(scale(sapply(x, rank)))
  crossed(z, keys, TRUE)
}
behind <- function(x, keys) {   # sums of the standardized variables behind the answers
  R <- lavCor(x, ordered = names(x)); items <- unlist(keys, use.names = FALSE)
  sapply(names(keys), function(s) sapply(items, function(i) {
    o <- setdiff(keys[[s]], i)
    sum(R[i, o]) / sqrt(sum(R[o, o]))
  }))
}
implied <- function(x, keys) {
  model <- paste(sapply(names(keys), function(s) paste(s, "=~", paste(keys[[s]], collapse = "+"))), collapse = "\n")
  fit <- cfa(model, x, std.lv = TRUE, control = list(rel.tol = 1e-10))
  s <- lavInspect(fit, "std"); m(s$lambda %*% s$psi)
}
out <- lapply(c(bfi = "bfi", holzinger = "holzinger"), function(name) {
  x <- get(name); keys <- scales[[name]]; x <- x[unlist(keys)]
  t <- tested(x, keys)
  list(corrected = m(crossed(x, keys, TRUE)), kept = m(crossed(x, keys, FALSE)),
       spearman = m(ranked(x, keys)), closest = t$closest, t = t$t, p = t$p,
       r_drop = unlist(lapply(keys, function(k) suppressWarnings(psych::alpha(x[k], warnings = FALSE))$item.stats$r.drop), use.names = FALSE),
       structure = implied(x, keys))
})
out$bfi$polychoric <- m(behind(bfi[unlist(scales$bfi)], scales$bfi))
write_json(out, "expected.json", digits = NA, auto_unbox = TRUE, na = "null")
