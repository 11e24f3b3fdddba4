# Raking that starts from design weights, by base R's loglin on the weighted table; and with trimming,
# by a plain loop in R over rows. Run: Rscript make_base.R   (in this folder, after make.R)
library(jsonlite)
d <- read.csv("people.csv")
m <- list(sex = c(.48, .52), age = c(.2, .25, .25, .3), role = c(.5, .3, .2))
base <- 1 + (seq_len(nrow(d)) %% 7) / 4
base <- base / mean(base)
t0 <- unclass(xtabs(base ~ sex + age + role, d))
target <- outer(outer(m$sex, m$age), m$role) * nrow(d)
fit <- loglin(target, margin = list(1, 2, 3), start = t0, fit = TRUE, eps = 1e-12, iter = 5000, print = FALSE)$fit
w <- base * (fit / t0)[cbind(d$sex, d$age, d$role)]
trimmed <- base
for (round in 1:2000) {
  for (name in names(m)) {
    total <- tapply(trimmed, factor(d[[name]], seq_along(m[[name]])), sum)
    trimmed <- trimmed * (m[[name]] * sum(trimmed) / total)[d[[name]]]
  }
  trimmed <- pmin(pmax(trimmed / mean(trimmed), 0.3), 3.5)
}
off <- max(sapply(names(m), function(n) max(abs(tapply(trimmed, d[[n]], sum) / sum(trimmed) - m[[n]]))))
write_json(list(base = base, weights = w / mean(w), trimmed = trimmed / mean(trimmed), off = off),
           "expected_base.json", auto_unbox = TRUE, digits = 14)
