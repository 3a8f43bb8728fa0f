/**
 * People of many places: names as they are written there (family first, one name only, four names, diacritics,
 * right to left), with address, language and time zone. Invented; none is a person.
 */
import type { Random } from "./random.ts";

export interface Place {
  readonly language: string;
  readonly country: string;
  /** Offset from UTC as FHIR writes it. */
  readonly zone: string;
  readonly families: readonly string[];
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly cities: readonly string[];
  readonly streets: readonly string[];
  /** How many given names. */
  readonly given: number;
}

export const PLACES: readonly Place[] = [
  { language: "en", country: "US", zone: "-05:00", families: ["O'Neill-Smith", "Washington", "de la Cruz"], female: ["Ann", "Mary-Jane", "Zoë"], male: ["Peter", "D'Angelo", "Jay"], cities: ["Springfield", "St. Mary's"], streets: ["12 ½ Main St.", "PO Box 7"], given: 2 },
  { language: "ar", country: "EG", zone: "+02:00", families: ["المصري", "عبد الرحمن", "الحسيني"], female: ["فاطمة", "مريم", "نور"], male: ["محمد", "أحمد", "يوسف"], cities: ["القاهرة", "الإسكندرية"], streets: ["١٢ شارع النيل", "٧ ميدان التحرير"], given: 2 },
  { language: "zh-CN", country: "CN", zone: "+08:00", families: ["王", "欧阳", "司马"], female: ["小明", "丽", "雪梅"], male: ["伟", "建国", "子涵"], cities: ["成都市", "北京市"], streets: ["人民南路四段１２号", "中山路７号"], given: 1 },
  { language: "ja", country: "JP", zone: "+09:00", families: ["髙橋", "𠮷野", "佐藤"], female: ["さくら", "美咲", "ハナ"], male: ["太郎", "蓮", "ケンジ"], cities: ["大阪市", "札幌市"], streets: ["北区梅田１丁目２−３", "中央区南１条西４丁目"], given: 1 },
  { language: "hi", country: "IN", zone: "+05:30", families: ["शर्मा", "श्रीवास्तव", "क्षत्रिय"], female: ["प्रिया", "लक्ष्मी", "अनन्या"], male: ["राज", "कृष्ण", "अर्जुन"], cities: ["वाराणसी", "मुंबई"], streets: ["१२ गांधी मार्ग", "७ नेहरू नगर"], given: 1 },
  { language: "ko", country: "KR", zone: "+09:00", families: ["김", "남궁", "이"], female: ["서연", "하윤", "지우"], male: ["민준", "도윤", "현우"], cities: ["서울특별시", "부산광역시"], streets: ["세종대로 12길", "해운대로 7"], given: 1 },
  { language: "ru", country: "RU", zone: "+03:00", families: ["Щербакова", "Иванов", "Римский-Корсаков"], female: ["Ольга Сергеевна", "Анна", "Фёкла"], male: ["Пётр", "Алексей", "Юрий"], cities: ["Казань", "Санкт-Петербург"], streets: ["ул. Ленина, д. 12", "Невский пр., 7"], given: 1 },
  { language: "he", country: "IL", zone: "+02:00", families: ["כהן", "בן־דוד", "לוי"], female: ["שרה", "נועה", "מַיָּה"], male: ["משה", "יוסף", "אורי"], cities: ["תל אביב", "חיפה"], streets: ["רחוב הרצל 12", "שדרות רוטשילד 7"], given: 1 },
  { language: "th", country: "TH", zone: "+07:00", families: ["ศรีสุข", "วงศ์สวัสดิ์", "ณ อยุธยา"], female: ["สมหญิง", "มาลี", "กมลชนก"], male: ["สมชาย", "ประยุทธ์", "ธนพล"], cities: ["กรุงเทพมหานคร", "เชียงใหม่"], streets: ["๑๒ ถนนสุขุมวิท", "๗ ซอยอารีย์"], given: 1 },
  { language: "vi", country: "VN", zone: "+07:00", families: ["Nguyễn", "Đặng", "Trương"], female: ["Thị Ánh Tuyết", "Mỹ Hạnh", "Ngọc"], male: ["Văn Đức", "Hữu Phước", "Quốc"], cities: ["Đà Nẵng", "Thành phố Hồ Chí Minh"], streets: ["12 đường Lê Lợi", "7 hẻm Nguyễn Huệ"], given: 1 },
  { language: "pt-BR", country: "BR", zone: "-03:00", families: ["de Alcântara Bourbon e Bragança", "Conceição dos Santos", "Araújo"], female: ["Maria da Glória", "Antônia", "Luíza"], male: ["Pedro de Alcântara João Carlos Leopoldo Salvador", "João", "Otávio"], cities: ["São Paulo", "Florianópolis"], streets: ["Rua da Consolação, 12 – apto. 7", "Praça da Sé"], given: 3 },
  { language: "id", country: "ID", zone: "+07:00", families: [], female: ["Sukarti", "Megawati", "Dewi"], male: ["Suharto", "Budi", "Wiranto"], cities: ["Yogyakarta", "Surabaya"], streets: ["Jl. Malioboro No. 12", "Jl. Pahlawan 7"], given: 1 },
  { language: "is", country: "IS", zone: "+00:00", families: ["Þórsdóttir", "Sigurðsson", "Æsudóttir"], female: ["Guðrún", "Ásta", "Þóra"], male: ["Björn", "Össur", "Ægir"], cities: ["Reykjavík", "Akureyri"], streets: ["Laugavegur 12", "Hringbraut 7"], given: 1 },
  { language: "am", country: "ET", zone: "+03:00", families: ["በቀለ", "ተስፋዬ"], female: ["አበበች", "ሰላም"], male: ["ኃይሌ", "ዮሐንስ"], cities: ["አዲስ አበባ", "ጎንደር"], streets: ["ቦሌ መንገድ 12", "ፒያሳ 7"], given: 1 },
];

export interface Person {
  readonly place: Place;
  readonly gender: "female" | "male" | "other" | "unknown";
  readonly birthDate: string;
  /** FHIR HumanName. */
  readonly name: Readonly<Record<string, unknown>>;
  readonly address: Readonly<Record<string, unknown>>;
  readonly telecom: readonly Readonly<Record<string, unknown>>[];
}

export function personFrom(random: Random): Person {
  const place = random.pick(PLACES);
  const gender = random.chance(0.04) ? random.pick(["other", "unknown"] as const) : random.pick(["female", "male"] as const);
  const names = gender === "male" ? place.male : place.female;
  const given = Array.from({ length: place.given }, () => random.pick(names));
  const family = place.families.length === 0 ? undefined : random.pick(place.families);
  const year = random.whole(1925, 2024);
  const month = String(random.whole(1, 12)).padStart(2, "0");
  const day = String(random.whole(1, 28)).padStart(2, "0");
  return {
    place,
    gender,
    // Where a birth was not registered, the year or the month is all that is known.
    birthDate: random.chance(0.05) ? `${year}` : random.chance(0.05) ? `${year}-${month}` : `${year}-${month}-${day}`,
    name: { use: "official", ...(family === undefined ? { text: given[0] } : { family }), given },
    address: {
      use: "home",
      line: [random.pick(place.streets)],
      city: random.pick(place.cities),
      postalCode: random.digits(5),
      country: place.country,
    },
    telecom: [
      { system: "phone", value: `+${random.digits(11)}`, use: random.pick(["home", "mobile", "work"]) },
      ...(random.chance(0.5) ? [{ system: "email", value: `p${random.digits(6)}@mail.example` }] : []),
    ],
  };
}
