/**
 * What names tell. A field's name is weak evidence, so it decides little: which parts of a record say nothing of the patient
 * (its id, its version, a count), and which fields are PHI wherever they stand.
 */

/**
 * Identify or describe a person by themselves, wherever they stand. Names that mean something else as often (`name`,
 * `address`, `email`, `code`, `note`) are not here.
 */
const PHI_FIELD =
  /^(?:patient|member|subject|beneficiary|guarantor|insured)?_?(?:ssn|socialsecurity(?:number|no)?|mrn|medicalrecord(?:number|no)?|medicalrecordid|dob|dateofbirth|birthdate|birthday|diagnos[ie]s|diagnosiscodes?|icd10(?:codes?)?|icdcodes?|nhsnumber|medicare(?:id|number)|medicaid(?:id|number)|healthplan(?:number|id)|insurance(?:id|number)|prescriptions?|medications?|allerg(?:y|ies)|labresults?|clinicalnotes?|medicalhistory|treatmentplan)$|^(?:patient|member|subject|beneficiary)_?(?:name|fullname|firstname|lastname|surname|address|phone|phonenumber|email)$/;

/** Of a record that is PHI, these say nothing of the patient: references, versions, kinds, states, sizes, technical data. */
const HARMLESS_FIELD =
  /^_?(?:id|ids|uuid|guid|arn|key|etag|pk|sk|cursor|nexttoken|continuationtoken|limit|offset|page|pagesize|sort|order|size|length|count|total|totalcount|version|versionid|lastupdated|createdat|updatedat|deletedat|createdon|updatedon|timestamp|ts|ttl|expiresat|status|statuscode|statustext|state|ok|success|type|kind|eventtype|action|operation|op|method|httpmethod|resourcetype|mediatype|contenttype|contentlength|mimetype|encoding|schema|schemaversion|format|region|source|detailtype|tenant|stage|env|environment|retries|attempt|attempts|durationms|priority|isactive|isdeleted|reference|fullurl|channel|queue|topic|byteswritten|checksum|sha256|hash|hmac|token|lastmodified|sequencenumber|lastevaluatedkey|affectedrows|changedrows|insertid|acknowledged|hasmore|hasnext|nextpage)$/;

/** `orderId`, `patient_id`, `lastEventAt`: a reference or a time of the record. */
const HARMLESS_ENDING =
  /(?:[a-z\d_](?:Id|Ids|ID|IDs|Uuid|UUID|Arn|Count|Version|Status|Type|Token|Url|Uri)|_ids?|_uuid|_count|_status|_type|_version)$/;

/** References by their form that name a person to the world. */
const NAMING_ID =
  /^(?:member|insurance|national|medicare|medicaid|passport|license|licence|tax|policy|medicalrecord|healthplan|account)_?ids?$/;

/** Of a name: stores, functions and topics that are called so hold PHI. */
const PHI_NAME =
  /patient|(?<![a-z])e?phi(?![a-z])|medical|(?<![a-z])e[hm]rs?(?![a-z])|fhir|hl7|clinical|diagnos[ie]s|prescription|lab-?results?|health-?records?|encounters?(?![a-z])|(?<![a-z])vitals(?![a-z])|immuni[sz]ation/;

/** The same few names are asked about for every value. */
const flattened = new Map<string, string>();
const FLATTENED_MAX = 20_000;

function flat(name: string): string {
  let found = flattened.get(name);
  if (found === undefined) {
    if (flattened.size > FLATTENED_MAX) flattened.clear();
    flattened.set(name, (found = name.replaceAll(/[-_\s]/g, "").toLowerCase()));
  }
  return found;
}

export function isPhiField(name: string, others: ReadonlySet<string> = new Set()): boolean {
  return others.has(name) || PHI_FIELD.test(flat(name));
}

/** `others`: names that the project itself calls PHI. */
export function isHarmlessField(name: string, others: ReadonlySet<string> = new Set()): boolean {
  if (isPhiField(name, others) || NAMING_ID.test(flat(name))) return false;
  return HARMLESS_FIELD.test(flat(name)) || HARMLESS_ENDING.test(name);
}

/** Whether a store or function is called after what it holds. `PatientsTable`, `clinic-phi-bucket`. */
export function isPhiName(name: string): boolean {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, "$1-$2").replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1-$2");
  return PHI_NAME.test(words.toLowerCase());
}
