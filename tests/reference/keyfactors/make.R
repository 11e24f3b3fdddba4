# Reference values in base R: general dominance (LMG) by averaging sequential sums of squares
# over all orders, relative weights by svd, ceilings by loops, and BH by p.adjust.
library(jsonlite)
permutations <- function(v) {
  if (length(v) == 1) return(list(v))
  do.call(c, lapply(seq_along(v), function(i)
    lapply(permutations(v[-i]), function(rest) c(v[i], rest))))
}
lmg <- function(data, outcome) {
  x <- setdiff(names(data), outcome)
  total <- sum((data[[outcome]] - mean(data[[outcome]]))^2)
  orders <- permutations(x)
  sums <- sapply(orders, function(o) {
    table <- anova(lm(reformulate(o, outcome), data))
    setNames(table[o, "Sum Sq"], o)[x]
  })
  setNames(rowMeans(sums) / total, x)
}
weights <- function(data, outcome) {
  x <- setdiff(names(data), outcome)
  z <- scale(as.matrix(data[x])); y <- scale(data[[outcome]])
  s <- svd(z)
  nearest <- s$u %*% t(s$v)
  load <- cor(z, nearest); b <- coef(lm(y ~ nearest - 1)) / sqrt(nrow(z) - 1)
  b <- cor(nearest, y)[, 1]
  setNames(as.vector(load^2 %*% b^2), x)
}
# Thirty made-up cases with ties: y cannot be high where x is low, or where z is very low.
set.seed(28)
nca <- data.frame(x = round(runif(30, 10, 90)), z = round(runif(30, 20, 110)))
nca$y <- round(runif(30, .2, 1) * pmin(3 * nca$x, 40 + 2.5 * nca$z, 200), 1)
write.csv(nca, "nca.csv", row.names = FALSE)
ceiling_d <- function(x, y) {
  o <- order(x, -y); x <- x[o]; y <- y[o]
  top <- cummax(y)
  area <- sum((max(y) - top[-length(top)]) * diff(x))
  area / (diff(range(x)) * diff(range(y)))
}
cr_d <- function(x, y) {
  o <- order(x, -y); x <- x[o]; y <- y[o]
  top <- cummax(y); peer <- c(TRUE, diff(top) > 0)
  line <- coef(lm(y[peer] ~ x[peer]))
  f <- function(t) max(y) - pmin(pmax(line[1] + line[2] * t, min(y)), max(y))
  grid <- seq(min(x), max(x), length.out = 2000001)
  area <- mean(f(grid)) * diff(range(x))
  c(d = unname(area / (diff(range(x)) * diff(range(y)))),
    accuracy = mean(y <= line[1] + line[2] * x + 1e-9))
}
y <- nca$y
nca_found <- lapply(nca[c("x", "z")], function(x)
  list(ce = ceiling_d(x, y), cr = unname(cr_d(x, y)["d"]), accuracy = unname(cr_d(x, y)["accuracy"])))
write.csv(swiss, "swiss.csv", row.names = FALSE)
p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216)
write_json(list(
  lmg = as.list(lmg(swiss, "Fertility")), relative_weights = as.list(weights(swiss, "Fertility")),
  nca = nca_found, p = p, bh = p.adjust(p, "BH"), holm = p.adjust(p, "holm")
), "expected.json", auto_unbox = TRUE, digits = 14, pretty = TRUE)
