package dev.seriatim.importing.internal;

import dev.seriatim.api.SeriatimException;
import dev.seriatim.api.engine.Engine;
import dev.seriatim.api.generation.Loop;
import dev.seriatim.api.verification.Family;
import dev.seriatim.api.verification.Verifier;
import dev.seriatim.api.weights.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Runs recorded cases on the engine's thread. */
@Component
public final class CaseVerifier implements Verifier {
  private final Families families;
  private final CheckpointFiles files;
  private final RunningCase.Parts with;

  /** Made by Declarative Services. */
  @Activate
  public CaseVerifier(
      @Reference Families families,
      @Reference CheckpointFiles files,
      @Reference ModelImports imports,
      @Reference Loop loop,
      @Reference Engine engine) {
    this.families = families;
    this.files = files;
    this.with = new RunningCase.Parts(imports, loop, engine);
  }

  @Override
  public Report verify(Path folder, String family) {
    CaseFolder recorded = CaseFolder.read(folder);
    String id = family == null ? recorded.family() : family.toLowerCase(Locale.ROOT);
    Family runner = families.get(id);
    try (Checkpoint tensors = files.open(recorded.tensors());
        OpenCheckpoints checkpoints = OpenCheckpoints.open(files, recorded.checkpoints())) {
      return with.engine().call(() -> run(recorded, runner, id, tensors, checkpoints.all()));
    } catch (SeriatimException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SeriatimException(folder + ": was interrupted while it ran", e);
    } catch (Exception e) {
      throw new SeriatimException(folder + ": cannot be run: " + e, e);
    }
  }

  private Report run(
      CaseFolder folder, Family family, String id, Checkpoint tensors, List<Checkpoint> files) {
    try (RunningCase running = new RunningCase(folder, family, with, tensors, files)) {
      try {
        family.verify(running);
      } catch (SeriatimException e) {
        return new Report(id, running.compared(), e.getMessage());
      } catch (RuntimeException | LinkageError e) {
        return new Report(id, running.compared(), "the family " + id + " failed: " + e);
      }
      return new Report(id, running.verdicts(), "");
    }
  }
}
