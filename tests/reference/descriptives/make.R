# Writes expected.json: psych's item statistics (type 2) of the 25 bfi items with their gaps and of
# Holzinger-Swineford's nine scores, standard errors of skew by formula in R, and correlations of
# bfi scale scores over pairwise complete rows.
# Run in this folder: Rscript make.R      (psych 2.2.9, jsonlite; R 4.2.2)
suppressPackageStartupMessages({
  library(psych)
  library(jsonlite)
})

described <- function(frame) {
  d <- describe(frame, type = 2)
  n <- d$n
  ses <- sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
  list(
    item = rownames(d), n = n, mean = d$mean, sd = d$sd, median = d$median, min = d$min,
    max = d$max, skew = d$skew, kurtosis = d$kurtosis, skew_se = ses,
    kurtosis_se = 2 * ses * sqrt((n^2 - 1) / ((n - 3) * (n + 5)))
  )
}

sample <- file.path("..", "..", "..", "data", "sample")
bfi <- read.csv(file.path(sample, "bfi.csv"))
items <- bfi[, 2:26]
holzinger <- read.csv(file.path(sample, "holzinger.csv"))[, paste0("x", 1:9)]

turned <- items
for (item in c("A1", "C4", "C5", "E1", "E2", "O2", "O5")) turned[[item]] <- 7 - turned[[item]]
score <- function(letter, least) {
  block <- turned[, startsWith(names(turned), letter)]
  mean <- rowMeans(block, na.rm = TRUE)
  mean[rowSums(!is.na(block)) < least] <- NA
  mean
}
scores <- sapply(c("A", "C", "E", "N", "O"), score, least = 3)
whole <- sapply(c("A", "C", "E", "N", "O"), score, least = 5)
test <- corr.test(whole, use = "pairwise", adjust = "none")

out <- list(
  made_with = paste("R", getRversion(), "psych", packageVersion("psych")),
  bfi = described(items),
  holzinger = described(holzinger),
  bfi_scales = described(scores),
  bfi_whole_scales = list(r = test$r, p = test$p, n = test$n)
)
write(toJSON(out, digits = 17, auto_unbox = TRUE, pretty = TRUE), "expected.json")
