# Total effects between latent variables in effects coding (mean loading 1), with delta-method
# errors: the importance of an importance-performance map where all items have one scale.
suppressMessages({library(lavaan); library(jsonlite)})
data <- read.csv("effects.csv")
model <- "X =~ x1 + x2 + x3\nW =~ w1 + w2 + w3\nM =~ m1 + m2 + m3\nN =~ n1 + n2 + n3\nY =~ y1 + y2 + y3
M ~ a*X + v*W
N ~ d*X
Y ~ c*X + b*M + e*N + u*W
X_ := c + a*b + d*e
W_ := u + v*b
M_ := b
N_ := e"
fit <- sem(model, data, effect.coding = "loadings")
rows <- subset(parameterEstimates(fit), op == ":=")
names <- sub("_", "", rows$lhs)
write_json(list(est = setNames(as.list(rows$est), names), se = setNames(as.list(rows$se), names)),
           "expected_map.json", digits = 10, auto_unbox = TRUE, pretty = TRUE)
