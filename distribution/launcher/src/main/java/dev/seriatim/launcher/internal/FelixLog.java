package dev.seriatim.launcher.internal;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Takes what Felix would print on standard output to the host's logging. */
final class FelixLog extends Logger {
  private static final System.Logger LOG = System.getLogger("org.apache.felix.framework");

  @Override
  @SuppressWarnings("rawtypes") // as Felix declares it
  protected void doLog(
      Bundle bundle, ServiceReference service, int level, String message, Throwable thrown) {
    doLog(level, bundle == null ? message : bundle + ": " + message, thrown);
  }

  @Override
  protected void doLog(int level, String message, Throwable thrown) {
    LOG.log(
        switch (level) {
          case LOG_ERROR -> System.Logger.Level.ERROR;
          case LOG_WARNING -> System.Logger.Level.WARNING;
          case LOG_INFO -> System.Logger.Level.INFO;
          default -> System.Logger.Level.DEBUG;
        },
        message,
        thrown);
  }
}
