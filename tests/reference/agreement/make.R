# Agreement of raters by definition, in base R, and by psych. Needs: psych, jsonlite.
# Rscript make.R   (writes expected.json beside it)
library(jsonlite)
suppressMessages(library(psych))
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
n <- NA

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: 4 observers, 12 units
k2011 <- rbind(c(1,2,3,3,2,1,4,1,2,n,n,n), c(1,2,3,3,2,2,4,1,2,5,n,3),
               c(n,3,3,3,2,3,4,2,2,5,1,n), c(1,2,3,3,2,4,4,1,2,5,1,n))
# three coders, fifteen units: the other example in wide use (alpha .691 nominal, .811 interval)
three <- rbind(c(n,n,n,n,n,3,4,1,2,1,1,3,3,n,3), c(1,n,2,1,3,3,4,3,n,n,n,n,n,n,n),
               c(n,n,2,1,3,4,4,n,2,1,1,3,3,n,4))
# Fleiss (1971), table 1: 30 patients, 6 raters, 5 diagnoses; counts
fleiss <- matrix(c(0,0,0,6,0, 0,3,0,0,3, 0,1,4,0,1, 0,0,0,0,6, 0,3,0,3,0, 2,0,4,0,0, 0,0,4,0,2,
  2,0,3,1,0, 2,0,0,4,0, 0,0,0,0,6, 1,0,0,5,0, 1,1,0,4,0, 0,3,3,0,0, 1,0,0,5,0, 0,2,0,3,1,
  0,0,5,0,1, 3,0,0,1,2, 5,1,0,0,0, 0,2,0,4,0, 1,0,2,0,3, 0,0,0,0,6, 0,1,0,5,0, 0,2,0,1,3,
  2,0,0,4,0, 1,0,0,4,1, 0,5,0,1,0, 4,0,0,0,2, 0,2,0,4,0, 1,0,5,0,0, 0,0,0,0,6),
  ncol = 5, byrow = TRUE)
f1971 <- t(apply(fleiss, 1, function(r) rep(1:5, r)))
# Gwet (2002): two raters, 125 units, 118 both yes, 5 and 2 split, none both no
g2002 <- rbind(c(rep(1, 118), rep(1, 5), rep(0, 2)), c(rep(1, 118), rep(0, 5), rep(1, 2)))

pairs_alpha <- function(x, metric) {          # raters x units, by pairs of values
  x <- x[, colSums(!is.na(x)) >= 2, drop = FALSE]
  all <- x[!is.na(x)]
  tab <- table(all); vals <- as.numeric(names(tab))
  d <- function(a, b) switch(metric, nominal = as.numeric(a != b), interval = (a - b)^2,
    ratio = if (a + b == 0) 0 else ((a - b) / (a + b))^2,
    ordinal = { lo <- min(a, b); hi <- max(a, b)
      (sum(tab[vals >= lo & vals <= hi]) - (tab[vals == lo] + tab[vals == hi]) / 2)^2 })
  Do <- 0
  for (u in seq_len(ncol(x))) {
    v <- x[!is.na(x[, u]), u]; s <- 0
    for (i in seq_along(v)) for (j in seq_along(v)) if (i != j) s <- s + d(v[i], v[j])
    Do <- Do + s / (length(v) - 1)
  }
  De <- 0
  for (i in seq_along(all)) for (j in seq_along(all)) if (i != j) De <- De + d(all[i], all[j])
  N <- length(all)
  as.numeric(1 - (Do / N) / (De / (N * (N - 1))))
}
chance <- function(x) {                       # raters x units: percent, fleiss, ac1
  vals <- sort(unique(x[!is.na(x)])); q <- length(vals)
  r <- sapply(vals, function(v) colSums(x == v, na.rm = TRUE)); ri <- rowSums(r)
  k <- ri >= 2
  pa <- mean(rowSums(r[k, ] * (r[k, ] - 1)) / (ri[k] * (ri[k] - 1)))
  pi <- colMeans(r[ri > 0, ] / ri[ri > 0])
  list(percent = pa, fleiss = (pa - sum(pi^2)) / (1 - sum(pi^2)),
       ac1 = (pa - sum(pi * (1 - pi)) / (q - 1)) / (1 - sum(pi * (1 - pi)) / (q - 1)))
}
light <- function(x) {
  ks <- c()
  for (i in 1:(nrow(x) - 1)) for (j in (i + 1):nrow(x)) {
    ok <- !is.na(x[i, ]) & !is.na(x[j, ])
    if (any(ok)) ks <- c(ks, suppressWarnings(cohen.kappa(cbind(x[i, ok], x[j, ok]))$kappa))
  }
  mean(ks)
}
one <- function(x) {
  c(list(ratings = x, kappa = light(x)), chance(x),
    alpha = list(sapply(c("nominal", "ordinal", "interval", "ratio"),
                        function(m) pairs_alpha(x, m), simplify = FALSE)))
}
set.seed(1)
random <- matrix(sample(0:3, 5 * 40, TRUE), 5); random[sample(200, 50)] <- NA
half <- rbind(random[1, ], ifelse(runif(40) < .7, random[1, ], sample(0:3, 40, TRUE)))
out <- list(krippendorff_2011 = one(k2011), three_coders = one(three), fleiss_1971 = one(t(f1971)),
            gwet_2002 = one(g2002), random = one(random), half = one(half))
write(toJSON(out, digits = I(15), auto_unbox = TRUE, na = "null", matrix = "rowmajor"),
      file.path(here, "expected.json"))
