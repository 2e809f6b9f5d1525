package dev.seriatim.itests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.seriatim.api.generation.LoopRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom, over all jars of the assembly. */
class ArchitectureIT {
  private static final String OURS = "dev.seriatim.";
  private static JavaClasses all;

  @BeforeAll
  static void read() throws Exception {
    List<Path> jars = new ArrayList<>(Home.bundles());
    jars.addAll(Home.models());
    try (Stream<Path> libraries = Files.list(Home.lib())) {
      libraries.forEach(jars::add);
    }
    List<JarFile> opened = new ArrayList<>();
    try {
      for (Path jar : jars) {
        if (jar.getFileName().toString().startsWith(OURS)) {
          opened.add(new JarFile(jar.toFile()));
        }
      }
      all = new ClassFileImporter().importJars(opened);
    } finally {
      for (JarFile jar : opened) {
        jar.close();
      }
    }
    assertThat(all).hasSizeGreaterThan(100);
  }

  @Test
  void theContractsDependOnNothingButTensorsAndAnnotations() {
    classes()
        .that()
        .resideInAPackage("dev.seriatim.api..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.seriatim.api..",
            "java..",
            "ai.djl",
            "ai.djl.ndarray..",
            "org.osgi.annotation..",
            "org.osgi.service.component.annotations")
        .check(all);
  }

  @Test
  void theContractsPackagesHaveNoCycles() {
    slices().matching("dev.seriatim.api.(*)..").should().beFreeOfCycles().check(all);
  }

  @Test
  void onlyTheEngineKnowsLibtorch() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.seriatim.engine.pytorch..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl.pytorch..")
        .check(all);
  }

  @Test
  void partsKnowNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.seriatim.tokenizer..",
            "dev.seriatim.backbone..",
            "dev.seriatim.head..",
            "dev.seriatim.schedulers..",
            "dev.seriatim.guides..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.osgi.framework..", "dev.seriatim.api.generation..")
        .check(all);
  }

  @Test
  void whatIsInternalStaysInItsBundle() {
    List<String> breaches =
        all.stream()
            .flatMap(each -> each.getDirectDependenciesFromSelf().stream())
            .filter(ArchitectureIT::reachesIntoAnotherBundle)
            .map(Dependency::getDescription)
            .toList();
    assertThat(breaches).isEmpty();
  }

  private static boolean reachesIntoAnotherBundle(Dependency dependency) {
    JavaClass target = dependency.getTargetClass().getBaseComponentType();
    return target.getPackageName().startsWith(OURS)
        && List.of(target.getPackageName().split("\\.")).contains("internal")
        && !jar(target).equals(jar(dependency.getOriginClass()));
  }

  @Test
  void aPackageIsInOneJar() {
    Map<String, Set<String>> jars = new TreeMap<>();
    all.forEach(
        each ->
            jars.computeIfAbsent(each.getPackageName(), name -> new HashSet<>()).add(jar(each)));
    jars.values().removeIf(some -> some.size() == 1);
    assertThat(jars).isEmpty();
  }

  @Test
  void thereIsOneLoop() {
    assertThat(all.stream().filter(each -> each.isAssignableTo(LoopRun.class)))
        .extracting(JavaClass::getName)
        .containsExactlyInAnyOrder(
            LoopRun.class.getName(), "dev.seriatim.runtime.internal.generation.StepwiseRun");
  }

  private static String jar(JavaClass each) {
    return each.getSource()
        .map(source -> source.getUri().toString().replaceAll("!.*", ""))
        .orElse("elsewhere");
  }
}
