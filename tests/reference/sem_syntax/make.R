# Parameter tables as lavaan 0.6-14 builds them, for many models and options.
# Run in this folder:  Rscript make.R   -> expected.json
suppressMessages(library(lavaan))
library(jsonlite)

hs <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
speed =~ x7 + x8 + x9"
democracy <- "
  # measurement model
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  # regressions
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
  # residual correlations
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8"
growth_model <- "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4
s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4
i ~ x1 + x2
s ~ x1 + x2
t1 ~ c1
t2 ~ c2
t3 ~ c3
t4 ~ c4"

cases <- list()
case <- function(name, model, fun = "cfa", data = "hs", ...)
  cases[[length(cases) + 1]] <<- list(name = name, model = model, fun = fun, data = data, options = list(...))

# --- one group -------------------------------------------------------------------------
case("three factors", hs)
case("three factors, sem", hs, "sem")
case("std.lv", hs, std.lv = TRUE)
case("meanstructure", hs, meanstructure = TRUE)
case("orthogonal", hs, orthogonal = TRUE)
case("orthogonal std.lv means", hs, orthogonal = TRUE, std.lv = TRUE, meanstructure = TRUE)
case("comments, semicolons, continued lines",
     "visual =~ x1 + x2 +\n   x3 # a comment\n! another\ntextual =~ x4 + x5 + x6; speed =~ x7 +\n\n x8 + x9 ;")
case("free first, fixed variance", "f =~ NA*x1 + x2 + x3\n f ~~ 1*f")
case("fixed loading", "f =~ x1 + 0.5*x2 + x3 + 1e-1*x4")
case("marker elsewhere", "f =~ NA*x1 + 1*x2 + x3")
case("labels equal", "f =~ x1 + a*x2 + a*x3 + b*x4\n g =~ x5 + b*x6 + x7")
case("labels equal thrice", "f =~ x1 + a*x2 + a*x3 + a*x4 + x5")
case("label on a fixed first loading", "f =~ a*x1 + a*x2 + x3")
case("start values", "f =~ x1 + start(0.8)*x2 + start(1.2)*x3\n f ~~ start(.5)*f")
case("start and label", "f =~ x1 + start(0.8)*x2 + b*x2 + x3 + x4")
case("fixed then label", "f =~ x1 + 0.7*x2 + b*x2 + x3 + x4")
case("equal()", "f =~ x1 + x2 + equal(\"f=~x2\")*x3 + x4")
case("equal() groups", "visual =~ x1 + x2 + x3 + equal(\"visual=~x2\")*x4", group = "school")
case("equal() residuals", "f =~ x1 + x2 + x3 + x4\n x1 ~~ x1\n x2 ~~ equal(\"x1~~x1\")*x2")
case("label()", "f =~ x1 + label(\"a\")*x2 + label(\"a\")*x3 + x4")
case("bounds", "f =~ x1 + lower(0)*x2 + upper(2)*x3 + x4\n x1 ~~ lower(0.01)*x1")
case("residual covariance", paste0(hs, "\nx1 ~~ x2 + x4\nx7 ~~ x8"))
case("residual variance by user", paste0(hs, "\nx1 ~~ 0.3*x1\nx2 ~~ v*x2\nx3 ~~ v*x3"))
case("fixed covariance", paste0(hs, "\nvisual ~~ 0*speed"))
case("covariance written backwards", paste0(hs, "\nspeed ~~ visual"))
case("first loading with start", "f =~ start(0.8)*x1 + x2 + x3")
case("repeated term", "f =~ x1 + x2 + x3\n f =~ x4")
case("several on the left", "f + g =~ x1 + x2 + x3 + x4\n f ~~ 0*g")
case("intercepts", paste0(hs, "\nx1 ~ 1\nx2 ~ 0*1\nvisual ~ 1"))
case("intercept with label", paste0(hs, "\nx1 ~ m*1\nx2 ~ m*1"))
case("intercepts fixed by several", paste0(hs, "\nx1 + x2 + x3 ~ 0*1\nvisual ~ NA*1"))
case("second order", paste0(hs, "\ng =~ visual + textual + speed"))
case("second order std.lv", paste0(hs, "\ng =~ visual + textual + speed"), std.lv = TRUE)
case("second order written first", paste0("g =~ visual + textual + speed\n", hs))
case("second order and residual covariance", paste0(hs, "\ng =~ visual + textual + speed\nvisual ~~ 0*visual"))
case("bifactor", "g =~ x1 + x2 + x3 + x4 + x5 + x6\n f =~ x1 + x2 + x3\n h =~ x4 + x5 + x6", orthogonal = TRUE)
case("single indicator", "f =~ x1\n g =~ x4 + x5 + x6")
case("single indicator, residual given", "f =~ x1\n x1 ~~ 0.2*x1\n g =~ x4 + x5 + x6\n g ~ f", "sem")
case("single indicator std.lv", "f =~ x1\n g =~ x4 + x5 + x6", std.lv = TRUE)
case("constraints", "f =~ x1 + a*x2 + b*x3 + c*x4\n a == b\n c > 0.1\n a + b < 3\n d := a*b\n e := d + exp(c)/2")
case("constraint on fixed number", "f =~ x1 + a*x2 + b*x3 + x4\n a == 0.8\n b < 0.9")
case("constraint with formula", "y1 =~ x1\n f =~ x4 + b1*x5 + b2*x6 + b3*x7\n b1 == (b2 + b3)^2\n b1 > exp(b2 + b3)", "cfa")
case("single factor two indicators", "f =~ x1 + a*x2\n g =~ x4 + a*x5")

# --- structural models -----------------------------------------------------------------
case("democracy", democracy, "sem", "pd")
case("democracy labels", "ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + a*y2 + b*y3 + c*y4
  dem65 =~ y5 + a*y6 + b*y7 + c*y8
  dem60 ~ p*ind60
  dem65 ~ d*ind60 + q*dem60
  y1 ~~ y5\n y2 ~~ y4 + y6\n y3 ~~ y7\n y4 ~~ y8\n y6 ~~ y8
  indirect := p*q\n total := d + p*q", "sem", "pd")
case("democracy std.lv means", democracy, "sem", "pd", std.lv = TRUE, meanstructure = TRUE)
case("mimic", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex", "sem")
case("mimic cfa", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex", "cfa")
case("mimic free x", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex", "sem", fixed.x = FALSE)
case("mimic means", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex", "sem", meanstructure = TRUE)
case("mimic means free x", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex", "sem", meanstructure = TRUE, fixed.x = FALSE)
case("mimic user covariance of x", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex\n ageyr ~~ sex", "sem")
case("mimic user variance of x", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex + grade\n ageyr ~~ ageyr", "sem")
case("mimic user mean of x", "visual =~ x1 + x2 + x3\n visual ~ ageyr + sex\n ageyr ~ 1", "sem")
case("mimic x with factor", paste0(hs, "\n visual ~ ageyr\n speed ~ ageyr + visual"), "sem")
case("direct effect on indicator", "visual =~ x1 + x2 + x3\n x1 ~ ageyr\n visual ~ sex", "sem")
case("path model", "x4 ~ x1 + x2\n x7 ~ x4 + x1\n x9 ~ x7 + x4", "sem")
case("path model two outcomes", "x4 ~ a*x1 + x2\n x7 + x8 ~ b*x4 + x1\n ab := a*b", "sem")
case("path model intercepts", "x4 ~ 1 + x1 + x2\n x7 ~ 0*1 + x4", "sem")
case("path model means", "x4 ~ x1 + x2\n x7 ~ x4", "sem", meanstructure = TRUE)
case("regression on latent and observed", paste0(hs, "\n ageyr ~ visual + textual\n grade ~ visual"), "sem")
case("terminal endogenous", paste0(hs, "\n textual + speed ~ visual"), "sem")
case("terminal endogenous cfa orthogonal", paste0(hs, "\n textual + speed ~ visual"), "sem", orthogonal = TRUE)
case("latent and observed outcomes", paste0(hs, "\n textual + ageyr ~ visual + speed"), "sem")
case("orthogonal outcomes", paste0(hs, "\n textual + speed + ageyr + grade ~ visual + sex"), "sem", orthogonal = TRUE)
case("orthogonal second order", paste0(hs, "\n g =~ visual + textual\n ageyr ~ g + speed"), "sem", orthogonal = TRUE, std.lv = TRUE)
case("non recursive", paste0(hs, "\n textual ~ visual + speed\n speed ~ textual"), "sem")
case("correlated with observed", paste0(hs, "\n visual ~~ ageyr"), "sem")
case("fixed regression", paste0(hs, "\n textual ~ 0.5*visual + start(.3)*speed"), "sem")
case("predictor equals indicator", "f =~ x1 + x2 + x3\n x4 ~ x1\n x5 ~ f", "sem")
case("variables only in covariances", "x1 ~~ x2\n x1 ~~ x1\n x2 ~~ x2\n x3 ~ x1", "sem")
case("growth", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\n s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4", "growth", "growth")
case("growth with covariates", growth_model, "growth", "growth")
case("growth free time scores", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\n s =~ 0*t1 + 1*t2 + t3 + t4", "growth", "growth")
case("lavaan bare", "f =~ 1*x1 + x2 + x3\n f ~~ f\n x1 ~~ x1\n x2 ~~ x2\n x3 ~~ x3", "lavaan")
case("lavaan automatic variances", "f =~ 1*x1 + x2 + x3", "lavaan", auto.var = TRUE)
case("lavaan regression", "x4 ~ x1 + x2", "lavaan", auto.var = TRUE)
case("no automatic covariances", hs, "lavaan", auto.var = TRUE, auto.fix.first = TRUE, auto.cov.lv.x = FALSE)
case("second order regressed", paste0(hs, "\n g =~ visual + textual + speed\n visual + textual ~ ageyr\n grade + x1 ~ g"), "sem")
case("indicators regressed", paste0(hs, "\n x1 + x2 ~ ageyr"), "sem")
case("three exogenous and a composite", "f =~ x1 + x2 + x3\n h =~ x7 + x8 + x9\n c <~ 1*x4 + x5 + x6\n f ~ c + h", "sem")
case("group second order intercepts", paste0(hs, "\n g =~ visual + textual + speed"), group = "school", group.equal = c("loadings", "intercepts"), std.lv = TRUE)
case("no automatic residual covariances of outcomes", paste0(hs, "\n textual + speed ~ visual"), "lavaan", auto.var = TRUE, auto.fix.first = TRUE, auto.cov.y = FALSE)
case("no automatic marker", hs, "lavaan", auto.var = TRUE, auto.fix.first = FALSE)
case("no automatic single", "f =~ x1\n g =~ x4 + x5 + x6", "lavaan", auto.var = TRUE, auto.fix.first = TRUE, auto.fix.single = FALSE)
case("intercepts not free", hs, "lavaan", auto.var = TRUE, auto.fix.first = TRUE, meanstructure = TRUE, int.ov.free = FALSE, int.lv.free = TRUE)
case("formative", "f =~ x1 + x2 + x3\n c <~ x4 + x5 + x6\n f ~ c", "sem")

# --- ordered ---------------------------------------------------------------------------
case("ordered", hs, data = "ord", ordered = TRUE)
case("ordered some", "visual =~ x1 + x2 + x3", data = "ord", ordered = c("x1", "x3"))
case("ordered std.lv", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, std.lv = TRUE)
case("ordered theta", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, parameterization = "theta")
case("ordered thresholds by user", "visual =~ x1 + x2 + x3\n x1 | a*t1 + t2 + t3", data = "ord", ordered = TRUE)
case("ordered groups", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, group = "school")
case("ordered groups thresholds", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, group = "school", group.equal = "thresholds")
case("ordered groups loadings thresholds", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, group = "school", group.equal = c("loadings", "thresholds"))
case("ordered groups theta", "visual =~ x1 + x2 + x3", data = "ord", ordered = TRUE, group = "school", parameterization = "theta", group.equal = c("loadings", "thresholds"))
case("ordered mimic", "visual =~ x1 + x2 + x3\n visual ~ ageyr", "sem", "ord", ordered = c("x1", "x2", "x3"), conditional.x = FALSE)

# --- groups ----------------------------------------------------------------------------
levels <- c("loadings", "intercepts", "residuals", "residual.covariances", "lv.variances", "lv.covariances", "means", "regressions")
case("two groups", hs, group = "school")
case("three groups", hs, group = "grp3")
for (l in levels) case(paste("two groups equal", l), paste0(hs, "\n x1 ~~ x4\n textual ~ visual"), "sem", group = "school", group.equal = l)
for (k in 2:8) case(paste("two groups equal first", k), paste0(hs, "\n x1 ~~ x4"), group = "school", group.equal = levels[1:k])
case("three groups equal loadings intercepts", hs, group = "grp3", group.equal = c("loadings", "intercepts"))
case("two groups std.lv", hs, group = "school", std.lv = TRUE)
case("two groups std.lv equal loadings", hs, group = "school", std.lv = TRUE, group.equal = "loadings")
case("three groups std.lv equal loadings intercepts", hs, group = "grp3", std.lv = TRUE, group.equal = c("loadings", "intercepts"))
case("two groups std.lv equal all", hs, group = "school", std.lv = TRUE, group.equal = c("loadings", "intercepts", "lv.variances"))
case("partial", hs, group = "school", group.equal = c("loadings", "intercepts"), group.partial = c("x2~1", "visual=~x3"))
case("partial spaced", hs, group = "school", group.equal = c("loadings", "residuals"), group.partial = c("x2 ~~ x2", "textual =~ x6"))
case("group values", "f =~ x1 + c(0.5, 0.6)*x2 + c(NA, 1)*x3 + x4", group = "school")
case("group labels", "f =~ x1 + c(a, b)*x2 + c(a, a)*x3 + x4\n a == 1.1", group = "school")
case("one label for groups", "f =~ x1 + a*x2 + x3 + x4", group = "school")
case("one value for groups", "f =~ x1 + 0.9*x2 + x3 + x4", group = "school")
case("group labels with equal loadings", "f =~ x1 + c(a, b)*x2 + x3 + x4", group = "school", group.equal = "loadings")
case("label with equal loadings", "f =~ x1 + a*x2 + x3 + x4", group = "school", group.equal = "loadings")
case("group start", "f =~ x1 + start(c(0.5, 0.6))*x2 + x3 + x4", group = "school")
case("group marker", "f =~ c(1, NA)*x1 + c(NA, 1)*x2 + x3", group = "school")
case("group intercepts", "f =~ x1 + x2 + x3\n x1 ~ c(0, 0)*1\n f ~ c(NA, NA)*1", group = "school")
case("group means fixed", "f =~ x1 + x2 + x3\n f ~ c(0, NA)*1\n x1 ~ c(m, m)*1", group = "school")
case("group latent means with definition", "f =~ x1 + x2 + x3\n f ~ c(m1, m2)*1\n m1 == 0\n d := m2 - m1", group = "school", group.equal = c("loadings", "intercepts"))
case("group second order", paste0(hs, "\n g =~ visual + textual + speed"), group = "school", group.equal = c("loadings", "intercepts"))
case("group mimic", paste0(hs, "\n visual + textual ~ ageyr\n speed ~ visual"), "sem", group = "school", group.equal = c("loadings", "regressions"))
case("group path", "x4 ~ x1 + x2\n x7 ~ x4", "sem", group = "school", group.equal = "regressions")
case("group path all", "x4 ~ x1 + x2\n x7 ~ x4", "sem", group = "school", group.equal = c("regressions", "intercepts", "residuals"))
case("group no means", hs, group = "school", meanstructure = FALSE)
case("group no means equal", hs, group = "school", meanstructure = FALSE, group.equal = "loadings")
case("group single indicator", "f =~ x1\n g =~ x4 + x5 + x6", group = "school", group.equal = c("loadings", "residuals"))
case("group growth", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\n s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4", "growth", "growth", group = "g")
case("group growth equal means", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\n s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4", "growth", "growth", group = "g", group.equal = "means")
case("group growth equal loadings intercepts", "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\n s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4", "growth", "growth", group = "g", group.equal = c("loadings", "intercepts"))
case("group equal and label in other order", "f =~ x1 + x2 + x3\n x3 ~~ c(r, s)*x3", group = "school", group.equal = c("residuals", "lv.variances"))
case("group bounds", "f =~ x1 + x2 + x3\n x3 ~~ lower(0)*x3", group = "school")

HS <- HolzingerSwineford1939
HS$grp3 <- c("north", "south", "west")[1 + (seq_len(nrow(HS)) %% 3)]
ORD <- HS
for (v in paste0("x", 1:9)) ORD[[v]] <- as.integer(cut(HS[[v]], quantile(HS[[v]], c(0, .25, .5, .75, 1)), include.lowest = TRUE))
GR <- Demo.growth
GR$g <- rep(c("a", "b"), length.out = nrow(GR))
datasets <- list(hs = HS, pd = PoliticalDemocracy, growth = GR, ord = ORD)

snake <- function(x) gsub("\\.", "_", x)
out <- list()
for (case in cases) {
  args <- c(list(model = case$model, data = datasets[[case$data]], do.fit = FALSE), case$options)
  fit <- tryCatch(suppressWarnings(do.call(case$fun, args)), error = function(e) e)
  if (inherits(fit, "error")) { cat("ERROR", case$name, ":", conditionMessage(fit), "\n"); next }
  p <- as.data.frame(parTable(fit), stringsAsFactors = FALSE)
  for (column in c("lower", "upper")) if (is.null(p[[column]])) p[[column]] <- c(lower = -Inf, upper = Inf)[[column]]
  columns <- c("lhs", "op", "rhs", "user", "group", "free", "ustart", "exo", "label", "plabel", "lower", "upper")
  options <- case$options
  names(options) <- snake(names(options))
  options$group <- NULL
  out[[length(out) + 1]] <- list(
    name = case$name, model = case$model, model_type = case$fun, options = options,
    columns = names(datasets[[case$data]]), group_labels = as.list(lavInspect(fit, "group.label")),
    observed = as.list(lavNames(fit, "ov")), latent = as.list(lavNames(fit, "lv")), exogenous = as.list(lavNames(fit, "ov.x")),
    meanstructure = lavInspect(fit, "options")$meanstructure, fixed_x = lavInspect(fit, "options")$fixed.x,
    rows = lapply(seq_len(nrow(p)), function(i) unname(as.list(p[i, columns]))))
}
cat(length(out), "of", length(cases), "cases\n")
write(toJSON(out, auto_unbox = TRUE, digits = NA, na = "null", null = "list"), "expected.json")
