package dev.seriatim.launcher.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReasonsTest {
  private static final String UNABLE = "Unable to resolve a.b [2](R 2.0): ";

  @Test
  void aMissingPackageIsNamedWithItsVersions() {
    assertThat(
            Reasons.of(
                UNABLE
                    + "missing requirement [a.b [2](R 2.0)] osgi.wiring.package;"
                    + " (&(osgi.wiring.package=c.d)(version>=2.13.0)(!(version>=3.0.0)))"
                    + " Unresolved requirements: [[a.b [2](R 2.0)] osgi.wiring.package; (x=y)]"))
        .isEqualTo("a.b needs the package c.d [2.13.0,3.0.0), which no bundle exports");
    assertThat(
            Reasons.of(
                UNABLE
                    + "missing requirement [a.b [2](R 2.0)] osgi.wiring.package;"
                    + " (osgi.wiring.package=c.d) Unresolved requirements: []"))
        .isEqualTo("a.b needs the package c.d, which no bundle exports");
  }

  @Test
  void ofAChainTheInnermostCounts() {
    assertThat(
            Reasons.of(
                UNABLE
                    + "missing requirement [a.b [2](R 2.0)] osgi.wiring.package;"
                    + " (osgi.wiring.package=c.d) [caused by: Unable to resolve e.f [3](R 3.0):"
                    + " missing requirement [e.f [3](R 3.0)] osgi.wiring.package;"
                    + " (&(osgi.wiring.package=g.h)(version>=1.0.0))]"
                    + " Unresolved requirements: []"))
        .isEqualTo("e.f needs the package g.h 1.0.0 or later, which no bundle exports");
  }

  @Test
  void otherCapabilitiesAreShownAsTheyAre() {
    assertThat(
            Reasons.of(
                UNABLE
                    + "missing requirement [a.b [2](R 2.0)] seriatim.part;"
                    + " (&(kind=head)(id=categorical)) Unresolved requirements: []"))
        .isEqualTo("a.b needs seriatim.part (&(kind=head)(id=categorical)), which is not there");
  }

  @Test
  void otherMessagesStay() {
    assertThat(Reasons.of("disk full")).isEqualTo("disk full");
    assertThat(Reasons.of(new RuntimeException(new IllegalStateException("no")))).isEqualTo("no");
    assertThat(Reasons.of(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }
}
