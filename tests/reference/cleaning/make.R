# Raked weights by base R's loglin: iterative proportional fitting of the sample's table.
# Run: Rscript make.R   (in this folder)
library(jsonlite)
set.seed(2)
d <- data.frame(sex = sample(1:2, 400, TRUE, c(.7, .3)), age = sample(1:4, 400, TRUE, c(.4, .3, .2, .1)),
                role = sample(1:3, 400, TRUE))
write.csv(d, "people.csv", row.names = FALSE)
t0 <- table(d$sex, d$age, d$role)
m <- list(sex = c(.48, .52), age = c(.2, .25, .25, .3), role = c(.5, .3, .2))
# loglin wants a table with the margins to fit: the independent one has them
target <- outer(outer(m$sex, m$age), m$role) * nrow(d)
fit <- loglin(target, margin = list(1, 2, 3), start = unclass(t0), fit = TRUE, eps = 1e-12, iter = 5000, print = FALSE)$fit
w <- (fit / t0)[cbind(d$sex, d$age, d$role)]
write_json(list(weights = w, margins = m, effective_n = sum(w)^2 / sum(w^2)), "expected.json",
           auto_unbox = TRUE, digits = 14)
