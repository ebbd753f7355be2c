# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Makes linear.json: Rscript make_linear.R > linear.json
# Debian 12: R 4.2.2, r-cran-sandwich 3.0-2, r-cran-clubsandwich 0.5.8. The numbers are compared to a relative 1e-9.
suppressMessages({library(sandwich); library(clubSandwich)})

number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
json <- function(x) {
  if (is.list(x)) paste0("{", paste0("\"", names(x), "\": ", sapply(x, json), collapse = ",\n"), "}")
  else if (is.character(x)) paste0("\"", x, "\"")
  else if (length(x) == 1 && is.null(attr(x, "kept"))) number(x)
  else paste0("[", paste(number(as.vector(x)), collapse = ", "), "]")
}
kept <- function(x) structure(as.vector(x), kept = TRUE)

set.seed(20261124, kind = "Mersenne-Twister", normal.kind = "Inversion")
size <- c(2, 3, 3, 4, 5, 5, 6, 8, 11, 23)
g <- rep(seq_along(size), size)
n <- length(g)
h <- rep_len(c(1, 2, 3, 1, 4, 2, 5, 3, 6, 1, 4), n)
x <- round(rnorm(n) + 0.3 * (g %% 3), 3)
z <- as.numeric(g %in% c(1, 4, 10))
w <- round(runif(n, 0.2, 3), 2)
y <- round(1 + 0.5 * x - 0.3 * z + rnorm(length(size))[g] * 0.7 + rnorm(n) * (0.5 + 0.5 * abs(x)), 4)
data <- data.frame(y, x, z, g, h, w)

errors <- function(v) kept(sqrt(diag(v)))
clustered <- function(m) {
  v <- vcovCR(m, cluster = data$g, type = "CR2")
  tests <- coef_test(m, vcov = v, test = "Satterthwaite")
  list(se = kept(tests$SE), df = kept(if (is.null(tests$df)) tests$df_Satt else tests$df),
       p = kept(if (is.null(tests$p_Satt)) tests$p_val else tests$p_Satt))
}
results <- function(m, new) {
  s <- summary(m)
  interval <- predict(m, new, interval = "confidence", level = 0.9, se.fit = TRUE)
  suppressWarnings(single <- predict(m, new, interval = "prediction", level = 0.9))
  out <- list(
    coef = kept(coef(m)), se = kept(s$coefficients[, 2]), p = kept(s$coefficients[, 4]),
    confint = kept(t(confint(m, level = 0.9))), sigma = s$sigma, r2 = s$r.squared, adjusted = s$adj.r.squared,
    f = s$fstatistic[[1]], log_likelihood = as.numeric(logLik(m)), leverages = kept(hatvalues(m)),
    predicted = kept(interval$fit[, 1]), predicted_se = kept(interval$se.fit), mean_lower = kept(interval$fit[, 2]),
    new_upper = kept(single[, 3]))
  for (kind in c("HC0", "HC1", "HC2", "HC3")) out[[kind]] <- errors(vcovHC(m, type = kind))
  for (kind in c("CR0", "CR1", "CR1S")) out[[kind]] <- errors(vcovCR(m, cluster = data$g, type = kind))
  out$CR2 <- clustered(m)
  out$vcovCL_HC1 <- errors(vcovCL(m, cluster = data$g, type = "HC1"))
  out$two_way_CR1 <- errors(vcovCL(m, cluster = data[c("g", "h")], type = "HC0"))
  out$two_way_CR0 <- errors(vcovCL(m, cluster = data[c("g", "h")], type = "HC0", cadjust = FALSE))
  out$two_way_CR1S <- errors(vcovCL(m, cluster = data[c("g", "h")], type = "HC1"))
  out
}
new <- data.frame(x = c(-1, 0.25, 4), z = c(0, 1, 1))
plain <- lm(y ~ x + z, data)
weighted <- lm(y ~ x + z, data, weights = w)
absorbed <- lm(y ~ x + factor(g), data)
made <- list(
  versions = paste(R.version.string, "; sandwich", packageVersion("sandwich"),
                   "; clubSandwich", packageVersion("clubSandwich")),
  data = lapply(data, kept), new = lapply(new, kept),
  plain = results(plain, new), weighted = results(weighted, new))
v <- vcovCR(absorbed, cluster = data$g, type = "CR2")
made$absorbed <- list(se = sqrt(v["x", "x"]), df = coef_test(absorbed, vcov = v, test = "Satterthwaite")["x", ]$df)
# The difference of the two ways is no covariance here: the fix is seen.
few <- lm(y ~ x + z, data[1:12, ])
ways <- data.frame(a = c(1, 2, 1, 2, 3, 1, 3, 2, 1, 3, 2, 1), b = c(1, 1, 2, 2, 2, 3, 3, 3, 1, 1, 2, 3))
raw <- vcovCL(few, cluster = ways, type = "HC1")
made$not_positive <- list(a = kept(ways$a), b = kept(ways$b), smallest = min(eigen(raw)$values),
  fixed = errors(vcovCL(few, cluster = ways, type = "HC1", fix = TRUE)))
made$welch <- with(oneway.test(y ~ g, subset(data, g > 1)), list(f = statistic[[1]], df = parameter[[2]], p = p.value))
cat(json(made), "\n", sep = "")
