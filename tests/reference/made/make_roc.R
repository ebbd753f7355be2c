# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Makes roc.json with R 4.2.2 and pROC 1.18.0 from columns of scikit-learn's breast cancer data:
# python -c "from sklearn.datasets import load_breast_cancer as d; f = d(as_frame=True).frame; f.to_csv('cancer.csv', index=False)"
# Rscript make_roc.R cancer.csv > roc.json
suppressMessages(library(pROC))
data <- read.csv(commandArgs(TRUE)[1], check.names = FALSE)
y <- as.integer(data$target == 0)
number <- function(x) ifelse(is.na(x), "null", formatC(x, digits = 17, format = "g"))
pair <- function(name, x) sprintf("\"%s\": %s", name, if (length(x) > 1) sprintf("[%s]", paste(number(x), collapse = ", ")) else number(x))
curve <- function(s) roc(y, s, direction = "<", levels = c(0, 1), quiet = TRUE)
columns <- c("mean texture", "mean smoothness", "mean symmetry", "texture error", "mean fractal dimension", "worst area")
one <- function(name) {
  r <- curve(data[[name]])
  a <- as.numeric(auc(r)); v <- var(r, method = "delong"); z <- qnorm(0.975)
  part <- function(focus, range, correct) suppressWarnings(as.numeric(auc(r, partial.auc = range, partial.auc.focus = focus, partial.auc.correct = correct)))
  best <- coords(r, "best", best.method = "youden", ret = c("threshold", "sensitivity", "specificity"), transpose = FALSE)
  best <- as.numeric(best[which.max(best$threshold), ])
  half <- z * sqrt(v) / (a * (1 - a))
  parts <- c(pair("auc", a), pair("var", v), pair("ci", as.numeric(ci.auc(r, method = "delong"))[c(1, 3)]),
             pair("logit_ci", plogis(qlogis(a) + c(-half, half))),
             pair("partial_spec", part("specificity", c(0.95, 0.8), FALSE)), pair("corrected_spec", part("specificity", c(0.95, 0.8), TRUE)),
             pair("partial_sens", part("sensitivity", c(1, 0.9), FALSE)), pair("corrected_sens", part("sensitivity", c(1, 0.9), TRUE)),
             pair("youden", best))
  sprintf("\"%s\": {%s}", name, paste(parts, collapse = ", "))
}
two <- function(a, b) {
  r1 <- curve(data[[a]]); r2 <- curve(data[[b]])
  t <- roc.test(r1, r2, method = "delong", paired = TRUE)
  d <- as.numeric(auc(r1)) - as.numeric(auc(r2))
  se <- sqrt(var(r1) + var(r2) - 2 * cov(r1, r2))
  sprintf("\"%s|%s\": {%s}", a, b, paste(c(pair("cov", cov(r1, r2, method = "delong")), pair("z", as.numeric(t$statistic)), pair("p", t$p.value),
          pair("ci", d + c(-1, 1) * qnorm(0.975) * se)), collapse = ", "))
}
cat(sprintf("{\"made_by\": \"R %s, pROC %s\",\n", paste(R.version$major, R.version$minor, sep = "."), packageVersion("pROC")))
cat(sprintf("\"cancer\": {%s},\n", paste(sapply(columns, one), collapse = ",\n")))
cat(sprintf("\"cancer_pairs\": {%s}}\n", paste(c(two(columns[1], columns[2]), two(columns[6], columns[1]), two(columns[3], columns[5])), collapse = ",\n")))
