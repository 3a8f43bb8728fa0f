/** Packages whose data is about patients, whatever the template says. */
import type { CodeAnalysis, CodeValue, ExternalCall } from "../../code/contract.ts";
import { entryOf, optionsOf, textOf } from "./code-values.ts";
import { lineagesOf, packageOf } from "./lineage.ts";

/** Clients and parsers of FHIR, HL7 version 2 and 3, CDA, X12, DICOM. */
const CLINICAL =
  /^(?:@medplum\/(?:core|server|hl7|ccda|fhir-router|mock)|fhir-kit-client|fhirclient|fhir-works-\w+|fhir\.js|fhir-client|@smile-cdr\/\w+|@asymmetrik\/\w+|node-hl7-client|node-hl7-server|hl7-standard|hl7v2|nodehl7|simple-hl7|hl7parser|hl7-parser|hl7-js|hl7-light-parser|@hl7js\/\w+|hl7-dictionary|l7|health-level-seven-parser|redox-hl7-v2|@redoxengine\/[\w-]+|blue-button(?:-\w+)?|@amida-tech\/[\w-]+|ccda-parser|cda-schematron|x12-parser|node-x12|dicom-parser|dcmjs|dicomweb-client|dcmjs-dimse|daikon|@zapehr\/sdk|@oystehr\/sdk|@awell-health\/\w+|@canvas-medical\/\w+|epic-fhir|cerner-\w+|@1uphealth\/\w+|@flexpa\/[\w-]+|particle-health|@metriport\/[\w-]+|@healthgorilla\/\w+|@cumulus\/fhir|@ahryman40k\/ts-fhir-types|@tangdi\/fhir|fhirpath|@lhncbc\/\w+|medplum|google-fhir|@bluehalo\/[\w-]+)$/;

/** Types alone: who imports them handles such records. */
const CLINICAL_TYPES =
  /^(?:fhir\/r[345]b?|fhir|@types\/fhir|@medplum\/fhirtypes|@ward\/sdk\/fhir|@ward\/sdk\/hl7|fhir-typescript\w*|@fhir-typescript\/\w+|@solarahealth\/fhir-r4|@ahryman40k\/ts-fhir-types)$/;

/** Of those packages, what only builds, checks or connects. */
const NO_DATA =
  /(?:^|\.)(?:validate\w*|is[A-Z]\w*|connect|signIn\w*|startLogin|startClientLogin|setAccessToken|setBasicAuth|close|listen|capabilityStatement|getAccessToken|generateId|createReference|startJwt\w*|indexStructureDefinition\w*|sendAck|createAckMessage|buildAck)$/;

const CLINICAL_RESOURCE =
  /^(?:Patient|Person|RelatedPerson|Observation|Condition|Encounter|DiagnosticReport|DocumentReference|Medication(?:Request|Statement|Administration|Dispense)|AllergyIntolerance|Immunization|Procedure|CarePlan|CareTeam|Goal|ServiceRequest|Specimen|ImagingStudy|Claim|ExplanationOfBenefit|Coverage|Appointment|FamilyMemberHistory|QuestionnaireResponse|ClinicalImpression|RiskAssessment|Communication|Composition|Bundle|Consent|EpisodeOfCare|NutritionOrder|VisionPrescription|DeviceUseStatement)$/;

export function isClinicalPackage(module: string): boolean {
  return CLINICAL.test(packageOf(module)) || CLINICAL_TYPES.test(module);
}

/** Whether a call answers PHI because of the package that it is of. */
export function answersClinicalData(call: ExternalCall): boolean {
  return lineagesOf(call.callee).some(
    ({ module, members }) => CLINICAL.test(packageOf(module)) && !NO_DATA.test(members.join(".")),
  );
}

/** The address tells that a FHIR server answers. */
export function isClinicalAddress(address: string): boolean {
  return /fhir|healthlake|hl7|\/(?:Patient|Observation|Condition|Encounter|DiagnosticReport|MedicationRequest)(?:[/?]|$)|\bE[HM]R[_}]|EPIC_|CERNER_/i.test(
    address,
  );
}

/** Why the function handles clinical data, as far as its imports and the records that it builds tell. */
export function clinicalReason(analysis: CodeAnalysis): string | undefined {
  const named = analysis.imports.find(({ specifier, kind }) => kind !== "own" && isClinicalPackage(specifier));
  if (named) return `it works with ${packageOf(named.specifier)}`;
  for (const call of analysis.calls) {
    for (const argument of call.args) {
      const type = resourceTypeIn(argument, 0);
      if (type !== undefined) return `it makes FHIR resources of type ${type}`;
    }
  }
  return undefined;
}

function resourceTypeIn(value: CodeValue, depth: number): string | undefined {
  if (depth > 3) return undefined;
  for (const option of optionsOf(value)) {
    if (option.kind === "instance") return resourceTypeIn(option.args[0] ?? option.of, depth + 1);
    if (option.kind === "derived" && option.from[0]) return resourceTypeIn(option.from[0], depth + 1);
    if (option.kind !== "object") continue;
    const type = textOf(entryOf(option, "resourceType"));
    if (type !== undefined && CLINICAL_RESOURCE.test(type)) return type;
    for (const entry of [...option.entries.values()].slice(0, 12)) {
      const inner = entry === option ? undefined : resourceTypeIn(entry, depth + 1);
      if (inner !== undefined) return inner;
    }
  }
  return undefined;
}
