# A model of its own for each group (`group:` blocks), by lavaan 0.6-14.
# Run in this folder:  Rscript make.R   -> expected.json
# lavaan 0.6-14 gives the first block to the first group of the data, whatever its label says: the
# blocks stand in the order of the data here. group.equal fails there beside blocks (lavNames does
# not find the group): what it means is written out with labels.
suppressMessages(library(lavaan))
library(jsonlite)

hs <- read.csv("../sem_post/hs.csv")
gaps <- cbind(school = hs$school, read.csv("../sem_post/hs_gaps.csv"))
source("../sem/make_case.R")  # fit_tightly
same <- "visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6"
two <- function(a, b) paste0("group: Pasteur\n", a, "\ngroup: Grant-White\n", b)
paths <- two(
  "visual =~ x1 + a*x2 + x3\ntextual =~ x4 + b*x5 + x6\ntextual ~ p*visual + sex + ageyr",
  "visual =~ x1 + a*x2 + x3\ntextual =~ x4 + b*x5 + x6\nvisual ~~ textual\nvisual ~ sex\ntextual ~ q*ageyr")
paths <- paste0(paths, "\nratio := p*a\nb == 1.1*a")

cases <- list(
  same = list(two(same, same)),
  other = list(two(same, "visual =~ x1 + x2 + x3 + x5\ntextual =~ x4 + x5 + x6\nx1 ~~ x4")),
  no_means = list(two(same, "visual =~ x1 + x2 + x3 + x5\ntextual =~ x4 + x5 + x6"), meanstructure = FALSE),
  mlr = list(paths, estimator = "MLR"),
  one_factor_less = list(two(same, "general =~ x4 + x5 + x6 + x1 + x2 + x3"), estimator = "MLR"),
  fiml = list(two(same, "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual\nx2 ~~ x5"),
              data = "gaps", missing = "fiml"),
  fiml_mlr = list(two("visual =~ x1 + a*x2 + x3\ntextual =~ x4 + x5 + x6",
                      "visual =~ x1 + a*x2 + c*x3\ntextual =~ x4 + c*x5 + x6"),
                  data = "gaps", missing = "fiml", estimator = "MLR"),
  # loadings and intercepts equal, as group.equal makes them, of the rows that both groups have
  equal = list(two(
    "visual =~ x1 + l2*x2 + l3*x3\ntextual =~ x4 + l5*x5 + l6*x6
x1 ~ i1*1\nx2 ~ i2*1\nx3 ~ i3*1\nx4 ~ i4*1\nx5 ~ i5*1\nx6 ~ i6*1",
    "visual =~ x1 + l2*x2 + l3*x3 + x5\ntextual =~ x4 + l5*x5 + l6*x6
x1 ~ i1*1\nx2 ~ i2*1\nx3 ~ i3*1\nx4 ~ i4*1\nx5 ~ i5*1\nx6 ~ i6*1\nvisual ~ NA*1\ntextual ~ NA*1")))

found <- lapply(cases, function(case) {
  model <- case[[1]]
  data <- if (is.null(case$data)) hs else get(case$data)
  rest <- case[setdiff(names(case), c("", "data"))]
  # with gaps and equalities over groups the gradient that lavaan hands out is not that of its
  # objective (the groups' weights), and polishing leads away from its own solution
  tight <- is.null(rest$missing) || is.null(rest$estimator)
  fit <- (if (tight) fit_tightly else function(f, m, a) do.call(f, c(list(m), a)))(
    "sem", model, c(list(data = data, group = "school"), rest))
  rows <- parameterEstimates(fit, standardized = TRUE, remove.nonfree = FALSE, remove.eq = TRUE)
  rows <- rows[!rows$op %in% c("==", "<", ">"), ]
  if (is.null(rows$label)) rows$label <- ""
  measures <- fitMeasures(fit)
  mi <- tryCatch(modindices(fit, sort. = TRUE, maximum.number = 5), error = function(e) NULL)
  list(model = model, options = rest, data = if (is.null(case$data)) "hs" else case$data,
       rows = rows[, c("lhs", "op", "rhs", "label", "group", "est", "se", "std.lv", "std.all")],
       measures = as.list(measures), modification = mi[, c("lhs", "op", "rhs", "group", "mi", "epc")],
       r2 = lavInspect(fit, "rsquare"))
})
write(toJSON(found, digits = 15, auto_unbox = TRUE, na = "null", pretty = FALSE), "expected.json")
