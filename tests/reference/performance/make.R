# Reference values for the performance index: published worked examples of entropy, CRITIC and AHP
# weights computed anew in R, and shrinkage by metafor and lme4. Run: Rscript make.R
suppressMessages({library(metafor); library(lme4); library(jsonlite)})
options(digits = 17)

# Xu (2004), EJOR 156, 530-532: four units, four criteria; published entropy weights
# .4630 .3992 .1378 .0000
four <- matrix(c(30,30,38,29, 19,54,86,29, 19,15,85,28.9, 68,70,60,29), 4, byrow = TRUE)
# Zavadskas & Podvezko (2016), IJITDM 15, 267-283; published entropy weights .1146 .1981 .4185 .2689
offers <- matrix(c(3,100,10,7, 2.5,80,8,5, 1.8,50,20,11, 2.2,70,12,9), 4, byrow = TRUE)
entropy <- function(x) {
  p <- sweep(x, 2, colSums(x), "/")
  e <- -colSums(ifelse(p > 0, p * log(p), 0)) / log(nrow(x))
  (1 - e) / sum(1 - e)
}
# Tus & Aytac Adali (2019), Opsearch 56, 528-538: five programs, six criteria; published CRITIC
# weights .157 .249 .168 .121 .154 .151 (min-max normed)
software <- matrix(c(5000,3,3,4,3,2, 680,5,3,2,2,1, 2000,3,2,3,4,3, 600,4,3,1,2,2, 800,2,4,3,3,4),
                   5, byrow = TRUE)
minmax <- apply(software, 2, function(x) (x - min(x)) / (max(x) - min(x)))
critic <- function(x) { C <- apply(x, 2, sd) * colSums(1 - cor(x)); C / sum(C) }

# Saaty (1990), EJOR 48, 9-26: buying a house, eight criteria; published weights
# .173 .054 .188 .018 .031 .036 .167 .333, lambda 9.669, C.R. .169
house <- diag(8)
upper <- list(c(5,3,7,6,6,1/3,1/4), c(1/3,5,3,3,1/5,1/7), c(6,3,4,6,1/5), c(1/3,1/4,1/7,1/8),
              c(1/2,1/5,1/6), c(1/5,1/6), c(1/2))
for (i in 1:7) { house[i, (i+1):8] <- upper[[i]]; house[(i+1):8, i] <- 1 / upper[[i]] }
ahp <- function(a, ri) {
  w <- rep(1, nrow(a))
  for (k in 1:10000) { w <- as.vector(a %*% w); w <- w / sum(w) }   # power method
  lambda <- mean(as.vector(a %*% w) / w)
  ci <- (lambda - nrow(a)) / (nrow(a) - 1)
  list(weights = w, lambda = lambda, ci = ci, cr = ci / ri)
}

# shrinkage: unequal sampling variances
set.seed(20261125)
cases <- lapply(list(c(k = 12, tau = 5), c(k = 5, tau = 3), c(k = 30, tau = 1), c(k = 8, tau = 0)),
  function(s) {
    n <- sample(3:80, s[["k"]], replace = TRUE)
    psi <- 18^2 / n
    y <- rnorm(s[["k"]], 60, sqrt(s[["tau"]]^2 + psi))
    fit <- rma(y, psi, method = "REML", control = list(threshold = 1e-12, maxiter = 1000))
    blups <- blup(fit)
    list(y = y, psi = psi, tau2 = fit$tau2, mean = as.numeric(fit$beta), mean_se = fit$se,
         blup = blups$pred)
  })

# balanced answers: the two-stage estimate is that of the one-way random effects model by lme4
d <- expand.grid(i = 1:25, unit = 1:9)
d$y <- 55 + rnorm(9, 0, 6)[d$unit] + rnorm(nrow(d), 0, 15)
m <- lmer(y ~ 1 + (1 | unit), d, REML = TRUE,
          control = lmerControl(optCtrl = list(xtol_abs = 1e-14, ftol_abs = 1e-14)))
v <- as.data.frame(VarCorr(m))$vcov
balanced <- list(y = d$y, unit = d$unit, tau2 = v[1], sigma2 = v[2], mean = as.numeric(fixef(m)),
                 blup = as.vector(fixef(m) + ranef(m)$unit[, 1]))

ranks <- list(a = c(61.2, 58.4, 70.1, 66, 58.4, 49), b = c(60, 59, 66, 68, 57, 57))
out <- list(
  four = list(matrix = four, entropy = entropy(four)),
  offers = list(matrix = offers, entropy = entropy(offers)),
  software = list(matrix = minmax, critic = critic(minmax)),
  house = c(list(matrix = house), ahp(house, 1.41)),
  group = {
    other <- diag(3); other[1,2] <- 2; other[2,1] <- 1/2; other[1,3] <- 6; other[3,1] <- 1/6
    other[2,3] <- 4; other[3,2] <- 1/4
    one <- matrix(c(1,3,5, 1/3,1,2, 1/5,1/2,1), 3, byrow = TRUE)
    c(list(one = one, other = other, mean = sqrt(one * other)), ahp(sqrt(one * other), 0.58))
  },
  shrinkage = cases, balanced = balanced,
  ranks = c(ranks, list(kendall = cor(ranks$a, ranks$b, method = "kendall"),
                        spearman = cor(ranks$a, ranks$b, method = "spearman"))))
write(toJSON(out, digits = I(17), auto_unbox = TRUE, pretty = TRUE), "expected.json")
