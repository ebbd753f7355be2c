# SPDX-FileCopyrightText: 2026 The childwell authors
# SPDX-License-Identifier: Apache-2.0
# Generalised linear models by R on data that this script draws; writes generalised.json beside it.
# Rscript tests/reference/made/make_generalised.R   (R 4.2.2, MASS 7.3-58, brglm2 0.9, glmnet 4.1-6, jsonlite 1.8)
suppressMessages({library(MASS); library(brglm2); library(glmnet); library(jsonlite)})
set.seed(20261124, kind = "Mersenne-Twister", normal.kind = "Inversion")
tight <- glm.control(epsilon = 1e-14, maxit = 200)
settled <- function(f) { for (k in 1:12) f <- suppressWarnings(update(f, start = coef(f))); f }  # R stops by the deviance
part <- function(f) {
  if (!anyNA(coef(f))) f <- settled(f)
  s <- summary(f)$coefficients
  list(coefficients = unname(coef(f)), standard_errors = unname(s[, 2]), statistics = unname(s[, 3]), p_values = unname(s[, 4]),
       covariance = unname(vcov(f)), deviance = f$deviance, null_deviance = f$null.deviance)
}
full <- function(f) c(part(f), list(log_likelihood = as.numeric(logLik(f)), aic = AIC(f)))

n <- 240
X <- cbind(a = round(rnorm(n), 3), b = round(2013 + 4 * runif(n)), c = rbinom(n, 1, 0.3), d = round(1e-4 * rnorm(n), 7))
eta <- -1 + 0.8 * X[, 1] - 0.3 * (X[, 2] - 2015) + 0.7 * X[, 3] + 4000 * X[, 4]
y <- rbinom(n, 1, plogis(eta))
w <- sample(0:3, n, TRUE)
o <- round(runif(n, -0.5, 0.5), 3)
trials <- sample(1:9, n, TRUE)
share <- rbinom(n, trials, plogis(eta)) / trials
exposure <- round(runif(n, 20, 190))
count <- rpois(n, exposure * exp(-4 + 0.3 * X[, 1] + 0.4 * X[, 3]))
over <- rnegbin(n, exposure * exp(-4 + 0.3 * X[, 1] + 0.4 * X[, 3]), theta = 1.7)
D <- as.data.frame(X)

logit <- glm(y ~ a + b + c + d, binomial, D, control = tight)
new <- D[1:12, ]
predicted <- predict(logit, new, se.fit = TRUE)
nb <- glm.nb(over ~ a + b + c + d + offset(log(exposure)), D, control = glm.control(epsilon = 1e-14, maxit = 500))
for (k in 1:60) {  # glm.nb stops early; theta and coefficients take turns until both stand still
  th <- as.numeric(theta.ml(over, nb$fitted.values, limit = 500, eps = 1e-14))
  nb <- suppressWarnings(glm(over ~ a + b + c + d + offset(log(exposure)), negative.binomial(th), D, control = tight, start = coef(nb)))
}
theta <- theta.ml(over, nb$fitted.values, limit = 500, eps = 1e-14)
nb_table <- summary(nb, dispersion = 1)$coefficients

# Firth: small, and separated completely and partly
fx <- c(1, 2, 3, 4, 5, 6, 7, 8); fy <- c(0, 0, 0, 0, 1, 1, 1, 1)
firth_of <- function(formula, data) {
  f <- glm(formula, binomial, data, method = brglm2::brglmFit, type = "AS_mean", control = list(epsilon = 1e-13, maxit = 10000))
  s <- summary(f)$coefficients
  list(coefficients = unname(s[, 1]), standard_errors = unname(s[, 2]))
}
qx <- c(0, 0, 0, 0, 0, 1, 1, 1, 1, 1); qz <- c(1.5, 0.7, 0.5, 3, 1, 2.5, 0, 1, 4, 2); qy <- c(0, 1, 0, 1, 0, 1, 1, 1, 1, 1)

# Elastic net: glmnet's objective on both families
lambdas <- c(0.2, 0.1, 0.05, 0.02, 0.01, 0.001)
net <- function(y, family, alpha, ...) {
  f <- glmnet(X[, 1:3], y, family, alpha = alpha, lambda = lambdas, thresh = 1e-18, maxit = 1e7, ...)
  list(intercepts = unname(f$a0), coefficients = unname(t(as.matrix(f$beta))), deviance_ratios = f$dev.ratio)
}
made <- list(
  made_by = paste("R", getRversion(), "MASS", packageVersion("MASS"), "brglm2", packageVersion("brglm2"), "glmnet", packageVersion("glmnet")),
  design = unname(X), y = y, weights = w, offsets = o, trials = trials, share = share, exposure = exposure, count = count, over = over,
  logit = full(logit),
  logit_weighted = part(glm(y ~ a + b + c + d, binomial, D, weights = w, offset = o, control = tight)),
  logit_shares = full(glm(share ~ a + b + c + d, binomial, D, weights = trials, control = tight)),
  logit_no_intercept = full(glm(y ~ 0 + a + c + d, binomial, D, control = tight)),
  logit_repeated = list(coefficients = unname(coef(glm(y ~ a + b + I(a + 2 * b) + c, binomial, D)))),
  prediction = list(eta = unname(predicted$fit), standard_error = unname(predicted$se.fit), mean = unname(plogis(predicted$fit))),
  cloglog = full(glm(y ~ a + b + c + d, binomial("cloglog"), D, control = tight)),
  cloglog_weighted = part(glm(y ~ a + b + c + d, binomial("cloglog"), D, weights = w, offset = o, control = tight)),
  poisson = full(glm(count ~ a + b + c + d + offset(log(exposure)), poisson, D, control = tight)),
  poisson_weighted = part(glm(count ~ a + b + c + d, poisson, D, weights = w, offset = o + log(exposure), control = tight)),
  quasi = c(part(glm(over ~ a + b + c + d + offset(log(exposure)), quasipoisson, D, control = tight)),
            list(dispersion = summary(glm(over ~ a + b + c + d + offset(log(exposure)), quasipoisson, D, control = tight))$dispersion)),
  negative_binomial = list(coefficients = unname(nb_table[, 1]), standard_errors = unname(nb_table[, 2]), theta = as.numeric(theta),
                           theta_standard_error = attr(theta, "SE"), deviance = nb$deviance, null_deviance = nb$null.deviance,
                           log_likelihood = sum(dnbinom(over, size = as.numeric(theta), mu = nb$fitted.values, log = TRUE))),
  firth = firth_of(y ~ a + c + d, D), firth_separated = firth_of(fy ~ fx, data.frame(fx, fy)),
  firth_quasi = firth_of(qy ~ qx + qz, data.frame(qx, qz, qy)),
  lambdas = lambdas,
  lasso = net(y, "binomial", 1), half = net(y, "binomial", 0.5), ridge = net(y, "binomial", 0),
  weighted = net(y, "binomial", 0.7, weights = w), plain = net(y, "binomial", 0.7, standardize = FALSE),
  counts = net(count, "poisson", 0.7, offset = log(exposure)))
script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
write_json(made, file.path(dirname(script), "generalised.json"), digits = I(17), auto_unbox = TRUE)
