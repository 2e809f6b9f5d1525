package dev.seriatim.api.generation;

import dev.seriatim.api.model.ModelStatus;
import dev.seriatim.api.model.PartDescription;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The models and parts of a running framework; a service of the runtime. */
@ProviderType
public interface Models {
  /** All models, by name; those that are not wired too. */
  List<ModelStatus> models();

  /** All parts that are available, by kind and id. */
  List<PartDescription> parts();

  /**
   * One model.
   *
   * @throws dev.seriatim.api.SeriatimException when there is none of that name; names those there
   *     are
   */
  ModelStatus model(String name);

  /**
   * The generator of a model.
   *
   * @throws dev.seriatim.api.model.ModelNotWiredException with the reason
   * @throws dev.seriatim.api.SeriatimException when there is none of that name
   */
  Generator generator(String name);

  /**
   * Why a model or a part is as it is, in one sentence.
   *
   * @param name of a model or id of a part
   * @throws dev.seriatim.api.SeriatimException when there is neither
   */
  String why(String name);
}
